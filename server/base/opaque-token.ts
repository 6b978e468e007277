import { createHash, randomBytes } from 'node:crypto';

/** Something to show that nobody guesses: 256 random bits behind a prefix by which people and scanners know it. */
export function opaqueToken(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** What is kept of it. It is looked up by this, so that no comparison tells how much of a guess was right. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
