import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from './usage.ts';

/** What the server and the load generator used between two moments. */
export interface Usage {
  readonly seconds: number;
  /** Undefined where the system does not tell. */
  readonly serverCpuS: number | undefined;
  readonly loadCpuS: number;
}

/** Starts counting; calling the answer ends it. */
export function startUsage(pids: readonly number[]): () => Usage {
  const before = snapshot(pids);
  return () => {
    const after = snapshot(pids);
    return {
      seconds: after.at - before.at,
      serverCpuS: after.server === undefined || before.server === undefined ? undefined : after.server - before.server,
      loadCpuS: after.load - before.load,
    };
  };
}

/** `amount / count`, or undefined when either is not known. */
export const per = (amount: number | undefined, count: number) => (amount === undefined || count === 0 ? undefined : amount / count);

/** Microseconds as milliseconds. */
export const ms = (micros: number | undefined) => (micros === undefined ? undefined : micros / 1000);

/** Waits until `progress()` has not changed for `quietMs`, at most `limitMs`; `isDone` ends it at once. */
export async function settle(progress: () => number, options: { quietMs: number; limitMs: number; isDone?: () => boolean }): Promise<void> {
  const end = performance.now() + options.limitMs;
  let last = progress();
  let changedAt = performance.now();
  while (performance.now() < end && !options.isDone?.()) {
    await sleep(10);
    const now = progress();
    if (now !== last) changedAt = performance.now();
    else if (performance.now() - changedAt >= options.quietMs) return;
    last = now;
  }
}

function snapshot(pids: readonly number[]): { at: number; server: number | undefined; load: number } {
  const own = process.cpuUsage();
  return { at: performance.now() / 1000, server: cpuSeconds(pids), load: (own.user + own.system) / 1e6 };
}
