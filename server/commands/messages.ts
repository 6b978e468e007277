import type { Telemetry } from '../base/telemetry.ts';
import type { Accounts } from '../domain/accounts.ts';
import type { Channels } from '../domain/channels.ts';
import type { Guests } from '../domain/guests.ts';
import type { Messages } from '../domain/messages.ts';
import { may } from '../domain/permissions.ts';
import type { Presence } from '../domain/presence.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import { defaultChannel } from '../protocol/names.ts';
import type { Session } from '../session/session.ts';
import type { Channel } from '../store/store.ts';
import { named } from './named.ts';

type Said = RequestOf<'message'>;
interface MessageParts {
  readonly accounts: Pick<Accounts, 'nameOf'>;
  readonly messages: Messages;
  readonly channels: Channels;
  readonly guests: Guests;
  readonly presence: Presence;
  readonly telemetry: Telemetry;
}

/** The requests of messages. */
export function messageCommands({ accounts, messages, channels, guests, presence, telemetry }: MessageParts) {
  /** Makes the speaker a guest; an empty message does no more than that, it is a hello (protocol.md §2). */
  async function introduce(session: Session, said: Said): Promise<Result | null> {
    const { name } = await guests.enter(session, said.from, presence);
    telemetry.entered(session.connection, name);
    if (said.content === '') return { username: name };
    return (await joinFor(session, said)) ?? null;
  }

  /** Posting to a public channel joins it. Null: nothing to wait for. */
  function joinFor(session: Session, said: Said): Promise<null> | null {
    if (said.toId !== undefined) return nameTo(said, said.toId);
    if (recipientOf(said) !== null) return null;
    const name = said.channel ?? defaultChannel;
    const channel = channels.known(name);
    if (channel === undefined || !session.channels.has(channel.id)) return joinToSpeak(session, name);
    const isAsked = dependsOnStanding(channel, said) && channels.standing(named(session), channel) === null;
    return isAsked ? channels.roleOf(named(session), channel).then(() => null) : null;
  }

  /** What is public is joined by speaking in it; what is private was joined before, or is not spoken in. */
  async function joinToSpeak(session: Session, name: string): Promise<null> {
    const caller = named(session);
    if ((await channels.find(name)) !== null) await channels.readable(caller, name);
    await channels.join(caller, name);
    return null;
  }

  /** The rules know people by their names. */
  async function nameTo(said: Said, id: number): Promise<null> {
    said.to = await accounts.nameOf(id);
    return null;
  }

  return {
    prepare(session: Session, said: Said): Promise<Result | null> | null {
      return session.person === null ? introduce(session, said) : joinFor(session, said);
    },

    async message(session: Session, said: Said): Promise<Result> {
      const caller = named(session);
      const to = recipientOf(said);
      const startedAt = telemetry.sampleStart();
      if (to !== null) {
        const { isDuplicate, ...place } = await messages.tell(caller, to, said);
        telemetry.messageStored('private', said.content.length, startedAt);
        return { to, ...place, duplicate: isDuplicate || undefined };
      }
      const channel = channels.known(said.channel ?? defaultChannel);
      if (channel === undefined || !session.channels.has(channel.id)) throw new ChatError('not_member');
      if (channel.archived) throw new ChatError('read_only');
      const standing = dependsOnStanding(channel, said) ? channels.standing(caller, channel) : null;
      if (channel.readOnly && (standing === null || !may('message.post_read_only', standing))) throw new ChatError('read_only');
      const { isDuplicate, ...place } = await messages.post(caller, { channel, standing }, said);
      telemetry.messageStored('channel', said.content.length, startedAt);
      return { channel: channel.name, ...place, duplicate: isDuplicate || undefined };
    },
  };
}

/** Whether it matters as what somebody says this here; it is looked up before anything else of the session starts. */
function dependsOnStanding(channel: Channel, { content }: Said): boolean {
  return channel.readOnly || channel.slowModeS > 0 || content.includes('@');
}

/** Whom a message is for; null: everybody in a channel. It fails closed: what names a recipient is never for a channel. */
function recipientOf({ subtype, to }: Said): string | null {
  if (subtype !== 'private' && (to === undefined || subtype === 'global' || to === 'global')) return null;
  if (to === undefined) throw new ChatError('invalid_field', { field: 'to' });
  return to;
}
