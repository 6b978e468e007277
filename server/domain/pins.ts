import type { Clock } from '../base/clock.ts';
import { ChatError } from '../protocol/errors.ts';
import { wire } from '../protocol/limits.ts';
import type { Channel, Pin, Store, StoredMessage } from '../store/store.ts';
import type { Audit } from './audit.ts';
import type { Named } from './people.ts';
import type { Reach } from './reach.ts';

export interface PinParts {
  readonly store: Pick<Store, 'pins'>;
  readonly reach: Reach;
  readonly clock: Clock;
  readonly audit: Audit;
}

/** Pins: the messages of a channel that its keepers want to be found at once. */
export class Pins {
  readonly #parts: PinParts;

  constructor(parts: PinParts) {
    this.#parts = parts;
  }

  async pin(caller: Named, id: number): Promise<Channel> {
    const { store, reach, clock, audit } = this.#parts;
    const { message, channel } = await reach.inChannel(caller, id, 'message.pin');
    if (message.isDeleted) throw new ChatError('gone');
    const most = wire.pinsPerChannel;
    const draft = audit.draft(caller.person, { action: 'message.pin', subject: `message:${id}`, detail: { author: message.author } });
    const isNew = await store.pins.add({ channelId: channel.id, id, by: caller.person.name, at: clock.now(), most }, draft);
    if (isNew === null) throw new ChatError('quota_exceeded', { text: 'too_many_pins', params: { limit: most } });
    if (!isNew) return channel;
    audit.done(caller.person, 'message.pin');
    this.#tell(caller, message, true);
    return channel;
  }

  async unpin(caller: Named, id: number): Promise<Channel> {
    const { store, reach, audit } = this.#parts;
    const { message, channel } = await reach.inChannel(caller, id, 'message.pin');
    const draft = audit.draft(caller.person, { action: 'message.unpin', subject: `message:${id}`, detail: { author: message.author } });
    if (!(await store.pins.remove({ channelId: channel.id, id }, draft))) return channel;
    audit.done(caller.person, 'message.unpin');
    this.#tell(caller, message, false);
    return channel;
  }

  async list(caller: Named, name: string): Promise<{ channel: Channel; pins: readonly Pin[] }> {
    const { channel } = await this.#parts.reach.channel(caller, name);
    return { channel, pins: await this.#parts.store.pins.in(channel.id) };
  }

  #tell(caller: Named, message: StoredMessage, isPinned: boolean): void {
    if (message.kind !== 'channel') return;
    const { id, seq, channel } = message;
    this.#parts.reach.tell(caller, message, { type: 'pinned', channel, id, seq, isPinned, by: caller.person.name });
  }
}
