import type { Telemetry } from '../base/telemetry.ts';
import type { Channels } from '../domain/channels.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import type { Session } from '../session/session.ts';
import { named } from './named.ts';

/** The requests of channels. */
export function channelCommands({ channels, telemetry }: { channels: Channels; telemetry: Telemetry }) {
  return {
    async join(session: Session, request: RequestOf<'join'>): Promise<Result> {
      const caller = named(session);
      const { name } = await channels.join(caller, request.channel);
      telemetry.joined(session.connection, caller.person.name, name);
      return { channel: name };
    },

    async leave(session: Session, request: RequestOf<'leave'>): Promise<Result> {
      const channel = await channels.find(request.channel);
      if (channel === null) throw new ChatError('not_found');
      if (!session.channels.has(channel.id)) throw new ChatError('not_member');
      const caller = named(session);
      channels.leave(caller, channel);
      telemetry.left(session.connection, caller.person.name, channel.name);
      return { channel: channel.name };
    },
  };
}
