import type { Clock } from '../base/clock.ts';
import { ChatError } from '../protocol/errors.ts';
import { wire } from '../protocol/limits.ts';
import type { Channel, Pin, Store, StoredMessage } from '../store/store.ts';
import type { Named } from './people.ts';
import type { Reach } from './reach.ts';

export interface PinParts {
  readonly store: Pick<Store, 'pins'>;
  readonly reach: Reach;
  readonly clock: Clock;
}

/** Pins: the messages of a channel that its keepers want to be found at once. */
export class Pins {
  readonly #parts: PinParts;

  constructor(parts: PinParts) {
    this.#parts = parts;
  }

  async pin(caller: Named, id: number): Promise<Channel> {
    const { store, reach, clock } = this.#parts;
    const { message, channel } = await reach.inChannel(caller, id, 'message.pin');
    if (message.isDeleted) throw new ChatError('gone');
    const most = wire.pinsPerChannel;
    const isNew = await store.pins.add({ channelId: channel.id, id, by: caller.person.name, at: clock.now(), most });
    if (isNew === null) throw new ChatError('quota_exceeded', { text: 'too_many_pins', params: { limit: most } });
    if (isNew) this.#tell(caller, message, true);
    return channel;
  }

  async unpin(caller: Named, id: number): Promise<Channel> {
    const { store, reach } = this.#parts;
    const { message, channel } = await reach.inChannel(caller, id, 'message.pin');
    if (await store.pins.remove({ channelId: channel.id, id })) this.#tell(caller, message, false);
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
