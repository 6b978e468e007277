import { ChatError } from '../protocol/errors.ts';
import { wire } from '../protocol/limits.ts';
import { fold } from '../protocol/names.ts';
import type { PersonKey } from '../store/store.ts';
import { isStaff } from './admittance.ts';
import type { ModerationParts } from './moderation.ts';
import { accountKey, type Named, type Person } from './people.ts';

/** Personal block lists, in memory and in the store: whom an account wants to hear nothing from in private. The staff is always heard. */
export class Blocks {
  readonly #parts: Pick<ModerationParts, 'store' | 'roster' | 'clock'>;
  readonly #lists = new Map<PersonKey, Map<PersonKey, string>>();

  constructor(parts: Pick<ModerationParts, 'store' | 'roster' | 'clock'>) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    for (const { accountId, blocked, username } of await this.#parts.store.blocks.all())
      this.#list(accountKey(accountId)).set(blocked, username);
  }

  isBlocked(recipient: PersonKey, sender: Pick<Person, 'key' | 'role'>): boolean {
    return this.#lists.get(recipient)?.has(sender.key) === true && !isStaff(sender.role);
  }

  /** The names on one's own list. */
  of({ person }: Named): readonly string[] {
    return [...(this.#lists.get(person.key)?.values() ?? [])];
  }

  /** Throws `not_found`, `invalid_field` for oneself, `quota_exceeded`. Returns the name as it is written. */
  async block(caller: Named, username: string): Promise<string> {
    const accountId = accountOf(caller);
    const other = await this.#other(username);
    if (other.key === caller.person.key) throw new ChatError('invalid_field', { field: 'username' });
    const block = { accountId, blocked: other.key, name: other.name, at: this.#parts.clock.now(), most: wire.blocks };
    if (!(await this.#parts.store.blocks.add(block)))
      throw new ChatError('quota_exceeded', { text: 'too_many_blocks', params: { limit: wire.blocks } });
    this.#list(caller.person.key).set(other.key, other.name);
    return other.name;
  }

  /** Throws `not_found` when nobody of that name is blocked. */
  async unblock(caller: Named, username: string): Promise<string> {
    const accountId = accountOf(caller);
    const list = this.#lists.get(caller.person.key);
    const [blocked, name] = [...(list ?? [])].find(([, known]) => fold(known) === fold(username)) ?? [];
    if (blocked === undefined || name === undefined) throw new ChatError('not_found');
    await this.#parts.store.blocks.remove({ accountId, blocked });
    list?.delete(blocked);
    return name;
  }

  #list(key: PersonKey): Map<PersonKey, string> {
    const list = this.#lists.get(key) ?? new Map<PersonKey, string>();
    this.#lists.set(key, list);
    return list;
  }

  async #other(username: string): Promise<{ key: PersonKey; name: string }> {
    const present = this.#parts.roster.byFold(fold(username))?.person;
    if (present !== undefined) return { key: present.key, name: present.name };
    const account = await this.#parts.store.accounts.find(fold(username));
    if (account === null) throw new ChatError('not_found');
    return { key: accountKey(account.id), name: account.username };
  }
}

function accountOf({ person }: Named): number {
  if (person.accountId === null) throw new ChatError('forbidden');
  return person.accountId;
}
