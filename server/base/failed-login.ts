import type { Log } from './log.ts';

export interface FailedLogin {
  /** The name as the client sent it. */
  readonly user: string;
  /** The address, without port. */
  readonly ip: string;
  /** An error code: `login_failed`, `rate_limited`. */
  readonly reason: string;
}

/**
 * The one line about a failed login, which `docs/fail2ban/classcord.conf` reads: a contract, change neither without the other.
 * It MUST be `auth.login failure user=<name> ip=<addr> reason=<code>` in the message of every format, and MUST be the same line whatever
 * the name holds: everything but ASCII letters, digits and `_.-` is percent-encoded as UTF-8, and a longer name is cut.
 */
export function logFailedLogin(log: Log, { user, ip, reason }: FailedLogin): void {
  const name = encodeName(user);
  log.warn('auth.login', { outcome: 'failure', user: name, ip, reason }, `auth.login failure user=${name} ip=${ip} reason=${reason}`);
}

const longestName = 64;

function encodeName(user: string): string {
  const bytes = Buffer.from(user.slice(0, longestName));
  const characters = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_.-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return characters.join('') || '-';
}
