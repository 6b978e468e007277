import { exitCodes } from '../../server/base/exit-codes.ts';

/** What asks a running command to stop. `exit` is the code that it ends with then. */
export interface Stop {
  readonly signal: AbortSignal;
  readonly exit: () => number | null;
  /** Asks as a signal would. */
  now(code: number): void;
}

/** Listens for Ctrl-C, for a supervisor, and for a reader of standard output that is gone. The second Ctrl-C does not wait. */
export function stopOnSignals(): Stop {
  const controller = new AbortController();
  let exit: number | null = null;
  const stop = (code: number) => {
    if (controller.signal.aborted) process.exit(code);
    exit = code;
    controller.abort();
  };
  process.on('SIGINT', () => stop(exitCodes.interrupted.code));
  process.on('SIGTERM', () => stop(exitCodes.ok.code));
  process.stdout.on('error', () => controller.signal.aborted || stop(exitCodes.ok.code));
  return { signal: controller.signal, exit: () => exit, now: stop };
}

/** Resolves when it is asked to stop. */
export function untilStopped({ signal }: Stop): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
