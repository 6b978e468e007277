import { CommandError } from './base/exit-codes.ts';
import type { Log } from './base/log.ts';
import { type Lang, text } from './protocol/texts.ts';
import { checkDatabase } from './store/check.ts';
import type { DataLock } from './store/data-lock.ts';
import { damagedText, isSealed } from './store/open.ts';

interface Parts {
  /** The database. */
  readonly file: string;
  readonly lock: DataLock;
  readonly log: Log;
  readonly lang: Lang;
  /** How long the service waits for the check. */
  readonly waitMs: number;
  /** The server is to end: nothing waits any more. */
  readonly ended: Promise<unknown>;
  /** Damage was found beside the service. */
  readonly onDamage: () => void;
}

/**
 * Has a database checked that no stop in good order vouches for, before anybody is served from it. What takes longer than `waitMs` goes on
 * beside the service. Throws (exit 65) when it is damaged; nothing is repaired or thrown away. Returns how to end what is under way.
 */
export async function checkUnsealed({ file, lock, log, lang, waitMs, ended, onDamage }: Parts): Promise<() => void> {
  if (!isSealed(file, lang)) lock.demandCheck();
  if (!lock.isCheckDue) return () => undefined;
  log.warn('store.check', { file }, text(lang, 'check_begun'));
  const check = checkDatabase(file);
  let isServing = false;
  const found = check.damage.then(
    (damage) => {
      if (damage === null) {
        lock.checked();
        log.info('store.check', { outcome: 'success' });
        return null;
      }
      log.error('store.check', { outcome: 'failure', damage }, damagedText(lang, file, damage));
      if (isServing) onDamage();
      return damage;
    },
    (error: unknown) => {
      log.warn('store.check', { outcome: 'unknown', error: String(error) }, text(lang, 'check_unfinished'));
      return null;
    },
  );
  const damage = await first(found, ended, waitMs);
  if (damage !== null) throw new CommandError('damaged', damagedText(lang, file, damage));
  isServing = true;
  return check.stop;
}

/** What is found, or null when there is no time to wait for it. */
async function first(found: Promise<string | null>, ended: Promise<unknown>, waitMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, waitMs, null);
  });
  const result = await Promise.race([found, ended.then(() => null), late]);
  clearTimeout(timer);
  return result;
}
