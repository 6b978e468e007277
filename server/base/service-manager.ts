import { spawn } from 'node:child_process';
import type { Clock } from './clock.ts';

/** The service manager that started this process: it is told how the server fares. Without one nothing is told. */
export interface ServiceManager {
  /** The service is up. From now on the watchdog hears from the event loop; when that stands still, the manager ends the process. */
  ready(status: string): void;
  /** A stop in good order has begun. */
  stopping(): void;
}

export interface ServiceManagerParts {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** The manager could not be told. It is tried again with the next word, unless the program for it is missing. */
  readonly onError: (error: Error) => void;
  readonly pid?: number;
}

/** Speaks to systemd (`Type=notify`) when NOTIFY_SOCKET is set. Node has no datagram sockets for it: `systemd-notify` says it for us. */
export function serviceManager({ env, clock, onError, pid = process.pid }: ServiceManagerParts): ServiceManager {
  let isThere = Boolean(env['NOTIFY_SOCKET']);
  const tell = (...words: readonly string[]) => {
    if (!isThere) return;
    const messenger = spawn('systemd-notify', words, { env, stdio: 'ignore' });
    messenger.unref();
    messenger.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') isThere = false;
      onError(new Error(`systemd-notify ${words[0]}: ${error.message}`, { cause: error }));
    });
    messenger.on('exit', (code, signal) => {
      if (code !== 0) onError(new Error(`systemd-notify ${words[0]} ended with ${signal ?? code}`));
    });
  };

  return {
    ready(status) {
      tell('READY=1', `STATUS=${status}`);
      const everyMs = watchdogMs(env, pid);
      if (everyMs !== null) clock.every(everyMs, () => tell('WATCHDOG=1'));
    },
    stopping: () => tell('STOPPING=1', 'STATUS=Stopping'),
  };
}

/** Half the time after which systemd loses patience; null when it does not watch this process. */
function watchdogMs(env: NodeJS.ProcessEnv, pid: number): number | null {
  const ms = Number(env['WATCHDOG_USEC']) / 1000;
  const isMeant = (env['WATCHDOG_PID'] ?? String(pid)) === String(pid);
  return isMeant && ms > 0 ? ms / 2 : null;
}
