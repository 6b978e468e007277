import { serverName } from '../protocol/names.ts';
import type { Account, PersonKey } from '../store/store.ts';
import type { Credential } from './credential.ts';

export type ServerRole = 'admin' | 'moderator' | 'user' | 'guest';

/** Somebody who is here: an account, or a guest for as long as its connection lives. A guest’s name may change under it. */
export interface Person {
  readonly key: PersonKey;
  name: string;
  fold: string;
  /** An administrator may change it while the person is here. */
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
  /** The whole address, for bans of networks. */
  readonly remote: string;
  /** Null: it has no name yet. */
  readonly person: Person | null;
  /** By what it came to be an account; null: it is none. */
  readonly credential: Credential | null;
  /** What its client calls itself; empty: it did not say. */
  readonly client: string;
}

/** Who acts: somebody who is here, or from outside the operator or a rule. */
export interface Actor {
  /** `u12`, `g…`, `operator:root`, `automod` */
  readonly key: PersonKey;
  /** As people are told. */
  readonly name: string;
  readonly role: ServerRole;
  readonly accountId: number | null;
}

/** Whoever has the machine may do what an administrator may; `login` is the operator's name there. */
export function operatorActor(login: string): Actor {
  return { key: `operator:${login}`, name: serverName, role: 'admin', accountId: null };
}

/** The server itself, by its rules. */
export const automodActor: Actor = { key: 'automod', name: serverName, role: 'admin', accountId: null };

/** A caller that has a name. */
export type Named = Caller & { readonly person: Person };

export function accountKey(accountId: number): PersonKey {
  return `u${accountId}`;
}

/** The account of a key; undefined: it is no account’s. */
export function accountIdOf(key: PersonKey): number | undefined {
  const [, id] = /^u(\d+)$/.exec(key) ?? [];
  return id === undefined ? undefined : Number(id);
}

export function accountPerson(account: Account): Person {
  return { key: accountKey(account.id), name: account.username, fold: account.fold, role: account.role, accountId: account.id };
}

export function guestPerson(sessionId: string, name: string, fold: string): Person {
  return { key: `g${sessionId}`, name, fold, role: 'guest', accountId: null };
}
