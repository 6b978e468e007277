import type { Clock } from '../base/clock.ts';
import { ChatError } from '../protocol/errors.ts';
import { wire } from '../protocol/limits.ts';
import { oneEmoji } from '../protocol/reactions.ts';
import type { Store, StoredMessage } from '../store/store.ts';
import type { Admittance } from './admittance.ts';
import type { Named } from './people.ts';
import { placeOf, type Reach } from './reach.ts';

export interface ReactionParts {
  readonly store: Pick<Store, 'reactions'>;
  readonly reach: Reach;
  readonly clock: Clock;
  /** Names between colons that stand for pictures of the house. */
  readonly shortcodes: readonly string[];
  readonly admittance: Admittance;
}

/** Reactions: one of each emoji per person and message. */
export class Reactions {
  readonly #parts: ReactionParts;
  readonly #shortcodes: ReadonlySet<string>;

  constructor(parts: ReactionParts) {
    this.#parts = parts;
    this.#shortcodes = new Set(parts.shortcodes.map((name) => `:${name}:`));
  }

  /** Adds or takes away; what is so already is answered alike, and told to nobody. */
  async react(caller: Named, id: number, wanted: { emoji: string; op: 'add' | 'remove' }) {
    const { reach } = this.#parts;
    const emoji = this.#shortcodes.has(wanted.emoji) ? wanted.emoji : oneEmoji(wanted.emoji);
    if (emoji === null) throw new ChatError('invalid_field', { field: 'emoji' });
    const { message, channel } = await reach.message(caller, id);
    if (message.isDeleted) throw new ChatError('gone');
    if (channel?.archived === true) throw new ChatError('read_only');
    const { op } = wanted;
    if (op === 'add') this.#parts.admittance.speak(caller, channel?.id ?? null);
    const { count, isNew } = op === 'add' ? await this.#add(caller, message, emoji) : await this.#remove(caller, message, emoji);
    const by = caller.person.name;
    if (isNew) reach.tell(caller, message, { type: 'reaction', place: placeOf(message), by, emoji, op, count });
    return { id, emoji, op, count };
  }

  async #add({ person }: Named, { id }: StoredMessage, emoji: string): Promise<{ count: number; isNew: boolean }> {
    const { store, clock } = this.#parts;
    const most = wire.emojisPerMessage;
    const added = await store.reactions.add({ id, emoji, person: person.key, username: person.name, at: clock.now(), most });
    if (added === null) throw new ChatError('quota_exceeded', { text: 'too_many_emojis', params: { limit: most } });
    return added;
  }

  #remove({ person }: Named, { id }: StoredMessage, emoji: string): Promise<{ count: number; isNew: boolean }> {
    return this.#parts.store.reactions.remove({ id, emoji, person: person.key });
  }
}
