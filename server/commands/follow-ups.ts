import { sanctionOf } from '../dialect/follow-ups-v2.ts';
import type { Channels } from '../domain/channels.ts';
import type { FollowUps } from '../domain/follow-ups.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import type { ResultLines } from '../protocol/result.ts';
import type { Session } from '../session/session.ts';
import type { Notification } from '../store/store.ts';
import { named } from './named.ts';
import { pagesOf } from './pages.ts';

/** The requests about messages that others see too: reactions, pins, typing, read positions, notifications. */
export function followUpCommands({ reactions, pins, typing, reads, notifications }: FollowUps, channels: Channels, mostBytes: number) {
  return {
    react: (session: Session, { id, emoji, op }: RequestOf<'react'>): Promise<Result> => reactions.react(named(session), id, { emoji, op }),

    async pin(session: Session, { id }: RequestOf<'pin'>): Promise<Result> {
      return { channel: (await pins.pin(named(session), id)).name, id };
    },

    async unpin(session: Session, { id }: RequestOf<'unpin'>): Promise<Result> {
      return { channel: (await pins.unpin(named(session), id)).name, id };
    },

    async pins(session: Session, request: RequestOf<'pins'>): Promise<ResultLines> {
      const { channel, pins: pinned } = await pins.list(named(session), request.channel);
      const listed = pinned.map(({ pinnedBy, ...message }) => ({ ...message, pinned_by: pinnedBy }));
      return pagesOf('pins', listed, { place: { channel: channel.name }, mostBytes });
    },

    /** Never waits for the store: a channel that the session hears is in memory, or it is told to nobody this time. */
    typing(session: Session, { channel: name, to }: RequestOf<'typing'>): Result {
      if (name === undefined && to === undefined) throw new ChatError('invalid_field', { field: 'channel' });
      if (to !== undefined) typing.to(named(session), to);
      const channel = name === undefined ? undefined : channels.known(name);
      if (channel !== undefined && session.channels.has(channel.id)) typing.inChannel(named(session), channel);
      return {};
    },

    read(session: Session, request: RequestOf<'read'>): Promise<Result> {
      const { channel, with: other, seq } = request;
      if ((channel === undefined) === (other === undefined)) throw new ChatError('invalid_field', { field: 'channel' });
      if (channel !== undefined) return reads.channel(named(session), channel, seq);
      return reads.conversation(named(session), other ?? '', seq);
    },

    async notifications(session: Session, { seen }: RequestOf<'notifications'>): Promise<Result> {
      const missed = await notifications.list(named(session), seen);
      return {
        notifications: missed.notifications.map(listedAs),
        conversations: missed.conversations.map(({ with: other, unread, lastSeq }) => ({ with: other, unread, last_seq: lastSeq })),
        channels: missed.channels,
      };
    },
  };
}

function listedAs({ id, kind, channel, messageId, seq, by, timestamp, sanction }: Notification): Result {
  const place = { channel: channel ?? undefined, ...(sanction && sanctionOf(sanction)) };
  return { id, kind, ...place, by, ...(messageId === null ? {} : { message_id: messageId }), ...(seq === null ? {} : { seq }), timestamp };
}
