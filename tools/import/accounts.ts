import type { PickleValue } from './pickle-machine.ts';

/** An account of a course server; null: nothing in it can be used as a password. */
export interface FoundAccount {
  readonly username: string;
  readonly password: string | null;
}

/** The keys under which course servers keep a password in clear text, where an account is a dictionary. */
const passwordKeys = ['password', 'passwd', 'pwd', 'mot_de_passe', 'mdp'];

/** The accounts of `users.pkl`: one dictionary, name → password, or name → dictionary with a password. Null: it is something else. */
export function accountsIn(value: PickleValue): readonly FoundAccount[] | null {
  if (!(value instanceof Map)) return null;
  return [...value].map(([name, entry]) => ({ username: textOf(name) ?? '', password: passwordOf(entry) }));
}

function passwordOf(entry: PickleValue): string | null {
  if (!(entry instanceof Map)) return textOf(entry);
  const key = passwordKeys.find((one) => entry.has(one));
  return key === undefined ? null : textOf(entry.get(key) ?? null);
}

function textOf(value: PickleValue): string | null {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : null;
}
