import { ChatError } from '../protocol/errors.ts';
import { wire } from '../protocol/limits.ts';
import { fold } from '../protocol/names.ts';

export type PasswordPolicy = 'compat' | 'standard' | 'strict';

/** Fewest characters under each policy; no rule says which characters (NIST SP 800-63B). */
const leastCharacters: Readonly<Record<PasswordPolicy, number>> = { compat: 1, standard: 8, strict: 15 };

/** What people on this server think of first; whatever is not a letter around or inside does not count. */
const siteWords = new Set(['classcord', 'classcordserver', 'classcordserveur', 'motdepasseclasscord', 'classcordpassword']);

/**
 * Refuses a new password that the policy does not allow: `weak_password`. `compat` wants anything but nothing, as course clients
 * need; the others a length, and nothing that is guessed first: common passwords, the user's own name, the site's.
 */
export async function checkPassword(policy: PasswordPolicy, password: string, username: string): Promise<void> {
  const composed = password.normalize('NFC');
  if (composed === '') throw new ChatError('weak_password', { text: 'password_empty' });
  if (Buffer.byteLength(composed) > wire.passwordBytes) throw refusal('password_long', wire.passwordBytes);
  if (policy === 'compat') return;
  const least = leastCharacters[policy];
  if ([...composed].length < least) throw refusal('password_short', least);
  if (isOfThisSite(composed, username) || (await isCommon(composed))) throw refusal('password_common', least);
}

function refusal(text: 'password_long' | 'password_short' | 'password_common', limit: number): ChatError {
  return new ChatError('weak_password', { text, params: { limit } });
}

function isOfThisSite(password: string, username: string): boolean {
  const letters = password.toLowerCase().replace(/\P{L}/gu, '');
  return siteWords.has(letters) || fold(password) === fold(username);
}

/** The list is large and only loaded when a policy asks for it; looking through it takes far less than the hash that follows. */
async function isCommon(password: string): Promise<boolean> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return dictionary['passwords-common'].includes(password.normalize('NFKC').toLowerCase());
}
