import { ChatError } from '../protocol/errors.ts';
import { fold } from '../protocol/names.ts';
import type { Account } from '../store/store.ts';
import type { ModerationParts } from './moderation.ts';
import { type Actor, accountKey } from './people.ts';
import { demand } from './permissions.ts';

/** The roles of accounts on the server. */
export class Roles {
  readonly #parts: ModerationParts;

  constructor(parts: ModerationParts) {
    this.#parts = parts;
  }

  /** Gives an account a role, at once also where it is here. Throws `forbidden`, `not_found`, and `conflict` over the last administrator. */
  async set(by: Actor, username: string, role: Account['role']): Promise<Account> {
    demand('account.role', by);
    const { store, roster, audit } = this.#parts;
    const account = await store.accounts.find(fold(username));
    if (account === null) throw new ChatError('not_found');
    if (account.role === role) return account;
    const key = accountKey(account.id);
    const draft = audit.draft(by, { action: 'account.role', subject: key, detail: { role, before: account.role } });
    if (!(await store.accounts.setRole(account.id, role, draft))) throw new ChatError('conflict', { text: 'last_admin' });
    audit.done(by, 'account.role');
    const present = roster.byKey(key);
    if (present !== undefined) present.person.role = role;
    return { ...account, role };
  }
}
