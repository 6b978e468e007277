import type { Clock } from './clock.ts';
import type { Log, LogFields } from './log.ts';

/**
 * A log in which no event can drown the others: past `perSecond` lines of one event in a second further ones are counted, and told
 * as one `log.suppressed` line. Warnings and errors always pass, so that a failed login is never missing.
 */
export function boundedLog(log: Log, clock: Clock, perSecond: number): Log {
  const counts = new Map<string, number>();
  let since = clock.monotonic();

  const mayPass = (event: string): boolean => {
    const now = clock.monotonic();
    if (now - since >= 1000) {
      for (const [suppressed, count] of counts) {
        if (count > perSecond) log.info('log.suppressed', { event: suppressed, lines: count - perSecond });
      }
      counts.clear();
      since = now;
    }
    const count = (counts.get(event) ?? 0) + 1;
    counts.set(event, count);
    return count <= perSecond;
  };

  return {
    debug: (event: string, fields?: LogFields, message?: string) => log.debug(event, fields, message),
    info(event: string, fields?: LogFields, message?: string) {
      if (mayPass(event)) log.info(event, fields, message);
    },
    warn: (event: string, fields?: LogFields, message?: string) => log.warn(event, fields, message),
    error: (event: string, fields?: LogFields, message?: string) => log.error(event, fields, message),
    get isDebug() {
      return log.isDebug;
    },
    get dropped() {
      return log.dropped;
    },
    close: () => log.close(),
  };
}
