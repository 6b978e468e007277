import type { Bus } from '../bus/bus.ts';
import type { MessagePlace } from '../protocol/edits.ts';
import { ChatError } from '../protocol/errors.ts';
import type { FollowUpEvent } from '../protocol/index.ts';
import type { Channel, Store, StoredMessage } from '../store/store.ts';
import type { Channels } from './channels.ts';
import type { Named } from './people.ts';
import { demand, type Permission, type Standing } from './permissions.ts';

/** A stored message that somebody may read, and as what that person acts on it. */
export interface Reached {
  readonly message: StoredMessage;
  readonly isOwn: boolean;
  /** Null: it is private. */
  readonly channel: Channel | null;
  readonly standing: Standing;
}

/** Finds the message that a request means, for whoever may read it; tells those who can see it what became of it. */
export class Reach {
  readonly #store: Pick<Store, 'edits'>;
  readonly #channels: Channels;
  readonly #bus: Bus;

  constructor(parts: { store: Pick<Store, 'edits'>; channels: Channels; bus: Bus }) {
    this.#store = parts.store;
    this.#channels = parts.channels;
    this.#bus = parts.bus;
  }

  /** Throws `not_found` for what the caller may not know of, and `not_member` for what it may not read. */
  async message(caller: Named, id: number): Promise<Reached> {
    const message = await this.#store.edits.find(id);
    if (message === null) throw new ChatError('not_found');
    const { key, role } = caller.person;
    const isOwn = message.author === key;
    if (message.kind === 'channel') {
      const { channel, standing } = await this.channel(caller, message.channel);
      return { message, isOwn, channel, standing };
    }
    if (!isOwn && message.recipient !== key) throw new ChatError('not_found');
    return { message, isOwn, channel: null, standing: { role } };
  }

  /** The same for one of a channel in which the caller has that permission: nobody has one over private messages. */
  async inChannel(caller: Named, id: number, permission: Permission): Promise<{ message: StoredMessage; channel: Channel }> {
    const { message, channel, standing } = await this.message(caller, id);
    if (channel === null) throw new ChatError('forbidden');
    demand(permission, standing);
    return { message, channel };
  }

  /** A channel that the caller may read. */
  async channel(caller: Named, name: string): Promise<{ channel: Channel; standing: Standing }> {
    const channel = await this.#channels.visible(caller, name);
    const role = await this.#channels.roleOf(caller, channel);
    if (channel.visibility === 'private' && role === null) throw new ChatError('not_member');
    return { channel, standing: { role: caller.person.role, channel: { visibility: channel.visibility, role } } };
  }

  /** Tells the channel, or both sides of a private conversation; not the session that did it, it has its answer. */
  tell({ person, sessionId }: Named, message: StoredMessage, event: FollowUpEvent): void {
    if (message.kind === 'channel') {
      this.#bus.publish({ to: { channel: message.channelId }, event, except: sessionId });
      return;
    }
    const other = message.author === person.key ? message.recipient : message.author;
    if (other !== person.key) this.#bus.publish({ to: { person: other }, event });
    this.#bus.publish({ to: { copiesOf: person.key }, event, except: sessionId });
  }
}

/** Where a message stands, as it is told. */
export function placeOf(message: StoredMessage): MessagePlace {
  const { id, seq } = message;
  return message.kind === 'channel' ? { id, seq, channel: message.channel } : { id, seq, from: message.username, to: message.to };
}
