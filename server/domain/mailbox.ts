import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import type { PrivateMessageEvent, Tags } from '../protocol/messages.ts';
import type { PersonKey, Store, WaitingMessage } from '../store/store.ts';
import { accountIdOf } from './people.ts';
import type { Roster } from './presence.ts';

/** So many private messages of the time of absence are told at the next login; older ones stay in the history (protocol.md §2). */
const mostWaiting = 50;
/** When a store that did not give out what waits is asked again. */
const retryMs = 1000;

interface MailboxParts {
  readonly messages: Pick<Store['messages'], 'takeWaiting' | 'keepWaiting'>;
  readonly bus: Bus;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** An account of which something is still to be told. */
interface Unread {
  /** Ids that wait in the store. */
  readonly waiting: Set<number>;
  /** Stored as told at once, and to be told after what waits. */
  readonly live: PrivateMessageEvent[];
  /** It is just coming. */
  isHeld: boolean;
  isTaking: boolean;
}

/**
 * Private messages to accounts, told in the order of their ids: at once, or, of absent ones, at the next login.
 *
 * A message that was stored as waiting is told from the store only, any other one live only, so that none is told twice. Whether
 * there is something to be told before it is decided when it is stored: commits come in the order of ids. From before an account
 * enters until nothing of it waits any more, its live messages stand in line here.
 */
export class Mailbox {
  readonly #parts: MailboxParts;
  readonly #unread = new Map<PersonKey, Unread>();

  constructor(parts: MailboxParts) {
    this.#parts = parts;
  }

  /** Whether a message to this account is to be stored as waiting. */
  mustWait(key: PersonKey): boolean {
    return !this.#isThere(key) || this.#unread.has(key);
  }

  /** Lets an account enter: it is told what it missed, and what is said to it from the beginning on comes after that. */
  async enter<T>(key: PersonKey, enter: () => T | Promise<T>): Promise<T> {
    const unread = this.#of(key);
    unread.isHeld = true;
    try {
      return await enter();
    } finally {
      unread.isHeld = false;
      this.#take(key, unread);
    }
  }

  /** A message to an account was stored, waiting or to be told at once; called in the order of ids. */
  stored(key: PersonKey, event: PrivateMessageEvent, isWaiting: boolean): void {
    if (!isWaiting && !this.#isThere(key)) this.#keep(key, event.id);
    else if (isWaiting && this.#isThere(key)) {
      const unread = this.#of(key);
      unread.waiting.add(event.id);
      this.#take(key, unread);
    } else if (!isWaiting && this.#unread.has(key)) this.#unread.get(key)?.live.push(event);
    else if (!isWaiting) this.#tell(key, event);
  }

  #of(key: PersonKey): Unread {
    const known = this.#unread.get(key);
    if (known !== undefined) return known;
    const unread = { waiting: new Set<number>(), live: [], isHeld: false, isTaking: false };
    this.#unread.set(key, unread);
    return unread;
  }

  #take(key: PersonKey, unread: Unread): void {
    if (unread.isTaking || unread.isHeld) return;
    unread.isTaking = true;
    this.#takeAll(key, unread).catch((error: unknown) => {
      unread.isTaking = false;
      this.#parts.onError(error);
      this.#parts.clock.after(retryMs, () => this.#again(key));
    });
  }

  /** Its reader had left before it could be told; should it be back already, all that comes stands in line behind it. */
  #keep(key: PersonKey, id: number): void {
    this.#of(key).waiting.add(id);
    this.#parts.messages.keepWaiting(id).then(
      () => this.#again(key),
      (error: unknown) => {
        this.#again(key);
        this.#parts.onError(error);
      },
    );
  }

  /** Nothing stands in line for who is not there: it waits in the store. */
  #again(key: PersonKey): void {
    const unread = this.#of(key);
    if (this.#isThere(key)) this.#take(key, unread);
    else if (!unread.isTaking && !unread.isHeld) this.#unread.delete(key);
  }

  async #takeAll(key: PersonKey, unread: Unread): Promise<void> {
    const { messages } = this.#parts;
    const { waiting, live } = unread;
    do {
      const rows = await messages.takeWaiting(key, mostWaiting);
      const last = rows.at(-1)?.id ?? Number.POSITIVE_INFINITY;
      for (const id of [...waiting]) if (id <= last) waiting.delete(id);
      const next = Math.min(...waiting);
      const events = [...rows.map(eventOf), ...live.filter(({ id }) => id < next)].sort((a, b) => a.id - b.id);
      live.splice(0, live.length, ...live.filter(({ id }) => id >= next));
      if (this.#isThere(key)) for (const event of events) this.#tell(key, event);
      else {
        const ids = [...events, ...live.splice(0)].map(({ id }) => id);
        for (const id of ids) waiting.add(id);
        await Promise.all(ids.map((id) => messages.keepWaiting(id)));
      }
    } while (this.#isThere(key) && waiting.size + live.length > 0);
    unread.isTaking = false;
    if (!unread.isHeld) this.#unread.delete(key);
  }

  #isThere(key: PersonKey): boolean {
    return this.#parts.roster.byKey(key) !== undefined;
  }

  #tell(key: PersonKey, event: PrivateMessageEvent): void {
    this.#parts.bus.publish({ to: { person: key }, event });
  }
}

/** A private message as it is told from the store. */
export function eventOf({ replyTo, tags, author, recipient, ...said }: WaitingMessage): PrivateMessageEvent {
  const extras = { replyTo: replyTo ?? undefined, tags: tags === null ? undefined : (JSON.parse(tags) as Tags) };
  return { type: 'message', subtype: 'private', ...said, fromId: accountIdOf(author), toId: accountIdOf(recipient), ...extras };
}
