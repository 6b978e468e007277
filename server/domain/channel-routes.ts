import type { Bus } from '../bus/bus.ts';
import type { Channel } from '../store/store.ts';
import type { Named } from './people.ts';

/** Who hears a channel, and what its members are told of each other's coming and going. */
export class ChannelRoutes {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** This session hears it, too. Nobody is told: who is on it was a member before. */
  hears({ person, sessionId }: Named, channel: Channel): void {
    const event = { type: 'joined', channelId: channel.id, channel: channel.name, username: person.name } as const;
    this.#bus.publish({ to: { session: sessionId }, event });
  }

  /** A new member: the session hears it, and so do the account's other v2 sessions, which are in all its channels. */
  joined(caller: Named, channel: Channel): void {
    const { person, sessionId } = caller;
    this.hears(caller, channel);
    const event = { type: 'joined', channelId: channel.id, channel: channel.name, username: person.name } as const;
    this.#bus.publish({ to: { copiesOf: person.key }, event, except: sessionId });
    this.#bus.publish({ to: { channel: channel.id }, event: told('joined', channel, person.name), except: sessionId });
  }

  /** A member no more: none of its sessions hears it. */
  left({ person, sessionId }: Named, channel: Channel): void {
    const event = { type: 'left', channelId: channel.id, channel: channel.name, username: person.name } as const;
    // First told, so that the account's other sessions hear why they hear no more.
    this.#bus.publish({ to: { channel: channel.id }, event: told('left', channel, person.name), except: sessionId });
    this.#bus.publish({ to: { person: person.key }, event });
  }

  /** Sent out, from wherever: these sessions hear it no more. */
  expelled(channel: Channel, { name, sessions }: { readonly name: string; readonly sessions: readonly Named[] }): void {
    const event = { type: 'left', channelId: channel.id, channel: channel.name, username: name } as const;
    for (const { sessionId } of sessions) this.#bus.publish({ to: { session: sessionId }, event });
    this.#bus.publish({ to: { channel: channel.id }, event: told('left', channel, name) });
  }
}

function told(what: 'joined' | 'left', channel: Channel, username: string) {
  return { type: 'member', what, channel: channel.name, username } as const;
}
