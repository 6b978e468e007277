import { serverName } from '../protocol/names.ts';
import type { Account, PersonKey } from '../store/store.ts';

export type ServerRole = 'admin' | 'moderator' | 'user' | 'guest';

/** Somebody who is here: an account, or a guest for as long as its connection lives. A guest’s name may change under it. */
export interface Person {
  readonly key: PersonKey;
  name: string;
  fold: string;
  /** An operator may change it under its bearer. */
  role: ServerRole;
  /** Null: a guest. */
  readonly accountId: number | null;
}

/** A connection as the rules see it: which one it is, where it comes from, and who is on it. */
export interface Caller {
  readonly sessionId: string;
  /** As limits see it (an IPv6 address by its /64), and by how much those of its network are multiplied. */
  readonly address: string;
  readonly multiple: number;
  /** Null: it has no name yet. */
  readonly person: Person | null;
}

/** A caller that has a name. */
export type Named = Caller & { readonly person: Person };

export function accountKey(accountId: number): PersonKey {
  return `u${accountId}`;
}

export function accountPerson(account: Account): Person {
  return { key: accountKey(account.id), name: account.username, fold: account.fold, role: account.role, accountId: account.id };
}

export function guestPerson(sessionId: string, name: string, fold: string): Person {
  return { key: `g${sessionId}`, name, fold, role: 'guest', accountId: null };
}

/** The operator at the command line: nobody in a channel, and allowed everything there. */
export const operatorCaller: Named = {
  sessionId: 'operator',
  address: 'operator',
  multiple: 1,
  person: { key: 'server', name: serverName, fold: serverName, role: 'admin', accountId: null },
};
