import type { Telemetry } from '../base/telemetry.ts';
import type { Admittance } from '../domain/admittance.ts';
import type { ChannelCare } from '../domain/channel-care.ts';
import type { Channels } from '../domain/channels.ts';
import type { Classes } from '../domain/classes.ts';
import { accountKey } from '../domain/people.ts';
import type { Permission } from '../domain/permissions.ts';
import type { Presence } from '../domain/presence.ts';
import { cleanLine } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import type { Session } from '../session/session.ts';
import type { Channel, ChannelChanges, ListedChannel } from '../store/store.ts';
import { named } from './named.ts';

/** Which permission a change of a setting asks for. */
const updatePermission = (request: RequestOf<'update'>): Permission => {
  const { type, ref, channel, slow_mode_s, ...others } = request;
  return Object.values(others).every((value) => value === undefined) && slow_mode_s !== undefined ? 'channel.slow_mode' : 'channel.update';
};

interface ChannelParts {
  readonly channels: Channels;
  readonly care: ChannelCare;
  readonly classes: Pick<Classes, 'enter'>;
  readonly presence: Presence;
  readonly telemetry: Telemetry;
  readonly moderation: { readonly admittance: Admittance };
}

/** The requests of channels. */
export function channelCommands({ channels, care, classes, presence, telemetry, moderation: { admittance } }: ChannelParts) {
  return {
    async channels(session: Session): Promise<Result> {
      const listed = await channels.list(named(session));
      return { channels: listed.map((entry) => listedAs(entry, session)) };
    },

    async join(session: Session, request: RequestOf<'join'>): Promise<Result> {
      const caller = named(session);
      const others = request.code === undefined ? [] : await classes.enter(caller, request.code);
      const { name } = await channels.join(caller, request.channel);
      // A v1 session hears what it names, and no other channel.
      if (session.dialect.isAnswering) for (const other of others) if (other !== name) await channels.join(caller, other);
      telemetry.joined(session.connection, caller.person.name, name);
      return { channel: name };
    },

    async leave(session: Session, request: RequestOf<'leave'>): Promise<Result> {
      const caller = named(session);
      const channel = await channels.visible(caller, request.channel);
      if (!session.channels.has(channel.id)) throw new ChatError('not_member');
      await channels.leave(caller, channel);
      telemetry.left(session.connection, caller.person.name, channel.name);
      return { channel: channel.name };
    },

    async members(session: Session, request: RequestOf<'members'>): Promise<Result> {
      const { person } = named(session);
      const channel = await channels.visible(named(session), request.channel);
      const members = await channels.members(channel);
      const stateOf = (accountId: number) => presence.stateOf(accountKey(accountId), person) ?? { state: 'offline' };
      return {
        channel: channel.name,
        members: members.map(({ username, role, accountId }) => ({ username, role, ...stateOf(accountId) })),
      };
    },

    async create(session: Session, { channel: name, visibility, topic: typed }: RequestOf<'create'>): Promise<Result> {
      const topic = cleanLine(typed);
      const channel = await channels.create(named(session), { name, visibility, topic });
      return { channel: channel.name, visibility, topic };
    },

    async update(session: Session, request: RequestOf<'update'>): Promise<Result> {
      const caller = named(session);
      const channel = await channels.allowed(caller, request.channel, updatePermission(request));
      admittance.speak(caller, channel.id);
      return settingsOf(await care.update(caller.person, channel, changesOf(request)));
    },

    async invite(session: Session, { channel: name, username }: RequestOf<'invite'>): Promise<Result> {
      const caller = named(session);
      const channel = await channels.allowed(caller, name, 'channel.invite');
      admittance.speak(caller, null);
      return { channel: channel.name, username: (await care.invite(caller.person, channel, username)).username };
    },

    async grant(session: Session, { channel: name, username, role }: RequestOf<'grant'>): Promise<Result> {
      const caller = named(session);
      const channel = await channels.allowed(caller, name, 'channel.roles');
      await care.grant(caller.person, channel, { username, role });
      return { channel: channel.name, username, role };
    },

    async revoke(session: Session, { channel: name = '', username = '' }: RequestOf<'revoke'>): Promise<Result> {
      const caller = named(session);
      const channel = await channels.allowed(caller, name, 'channel.roles');
      await care.revoke(caller.person, channel, username);
      return { channel: channel.name, username, role: 'member' };
    },

    async notify(session: Session, { channel: name, level }: RequestOf<'notify'>): Promise<Result> {
      const caller = named(session);
      const channel = await channels.visible(caller, name);
      await care.setNotify(caller, channel, level);
      return { channel: channel.name, level };
    },
  };
}

function changesOf({ topic, read_only, slow_mode_s, archived, retention_days }: RequestOf<'update'>): ChannelChanges {
  return {
    ...(topic === undefined ? {} : { topic }),
    ...(read_only === undefined ? {} : { readOnly: read_only }),
    ...(slow_mode_s === undefined ? {} : { slowModeS: slow_mode_s }),
    ...(archived === undefined ? {} : { archived }),
    ...(retention_days === undefined ? {} : { retentionDays: retention_days }),
  };
}

function settingsOf({ name, topic, readOnly, slowModeS, archived, retentionDays }: Channel): Result {
  return { channel: name, topic, read_only: readOnly, slow_mode_s: slowModeS, archived, retention_days: retentionDays };
}

function listedAs({ channel, members, lastSeq, membership, mentions }: ListedChannel, session: Session): Result {
  return {
    name: channel.name,
    topic: channel.topic,
    visibility: channel.visibility,
    members,
    last_seq: lastSeq,
    joined: session.channels.has(channel.id),
    unread: membership === null ? 0 : lastSeq - membership.readSeq,
    mentions,
    role: membership?.role,
    notify: membership?.notify,
    read_only: channel.readOnly,
    slow_mode_s: channel.slowModeS,
    archived: channel.archived,
  };
}
