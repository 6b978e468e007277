import type { Bus } from '../bus/bus.ts';
import type { Tags } from '../protocol/messages.ts';
import type { PersonKey, Store } from '../store/store.ts';
import type { Roster } from './presence.ts';

/** So many private messages of the time of absence are told at the next login; older ones stay in the history (protocol.md §2). */
const mostWaiting = 50;

/**
 * Private messages to absent accounts: they wait in the store for the next login.
 *
 * A row that was stored as waiting is told by `takeWaiting` only, a row that was not is told live only, and every decision is
 * checked again after its commit, so that a login or a departure between the two neither loses nor doubles a message. While a
 * mailbox is being emptied new messages queue up behind it: each conversation stays in order.
 */
export class Mailbox {
  readonly #messages: Store['messages'];
  readonly #bus: Bus;
  readonly #roster: Roster;
  readonly #onError: (error: unknown) => void;
  /** Mailboxes being emptied; `true`: something came meanwhile, look again. */
  readonly #emptying = new Map<PersonKey, boolean>();
  /** Mailboxes that the store did not give out: what is new waits behind what is in them, and tries again. */
  readonly #stuck = new Set<PersonKey>();

  constructor(parts: { messages: Store['messages']; bus: Bus; roster: Roster; onError: (error: unknown) => void }) {
    this.#messages = parts.messages;
    this.#bus = parts.bus;
    this.#roster = parts.roster;
    this.#onError = parts.onError;
  }

  /** Whether a message to this account is to be stored as waiting. */
  mustWait(key: PersonKey): boolean {
    return this.#roster.byKey(key) === undefined || this.#emptying.has(key) || this.#stuck.has(key);
  }

  /** A waiting message was stored; its recipient may have come meanwhile. */
  stored(key: PersonKey): void {
    if (this.#roster.byKey(key) !== undefined) this.empty(key);
  }

  /** A message was to be told now, but its recipient has left. */
  missed(key: PersonKey, id: number): void {
    this.#messages.keepWaiting(id).then(() => this.stored(key), this.#onError);
  }

  /** Tells an account that has just come what it missed. */
  empty(key: PersonKey): void {
    if (this.#emptying.has(key)) {
      this.#emptying.set(key, true);
      return;
    }
    this.#emptying.set(key, false);
    void this.#takeAll(key);
  }

  /** Between the last look and the end there is no pause, or what is stored in it would wait for the next login. */
  async #takeAll(key: PersonKey): Promise<void> {
    try {
      do {
        this.#emptying.set(key, false);
        for (const { replyTo, tags, ...said } of await this.#messages.takeWaiting(key, mostWaiting)) {
          const extras = { replyTo: replyTo ?? undefined, tags: tags === null ? undefined : (JSON.parse(tags) as Tags) };
          if (this.#roster.byKey(key) === undefined) this.missed(key, said.id);
          else this.#bus.publish({ to: { person: key }, event: { type: 'message', subtype: 'private', ...said, ...extras } });
        }
        this.#stuck.delete(key);
      } while (this.#emptying.get(key) === true);
    } catch (error) {
      this.#stuck.add(key);
      this.#onError(error);
    } finally {
      this.#emptying.delete(key);
    }
  }
}
