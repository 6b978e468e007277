import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reading } from './reading.ts';

/**
 * The process that reads the database, and the patience we have with it. A process, not a thread: nothing ends a thread that a hanging
 * disk holds inside SQLite, and a fault in native code (a file that shrinks under its mapping) must not end the exporter.
 */
export class Reader {
  readonly #file: string;
  readonly #budgetMs: number;
  #child: ChildProcess | null = null;
  /** Whether it has told that it has started: on a crowded machine that takes longer than a reading may, and is no reading that hangs. */
  #hasStarted = false;
  /** Killed, and held by the kernel until the disk answers: until then no other one is sent after it. */
  #hung: ChildProcess | null = null;

  constructor(file: string, budgetMs: number) {
    this.#file = file;
    this.#budgetMs = budgetMs;
    this.#start();
  }

  /** One reading at a time. Resolves within the budget, whatever the disk does; never rejects. */
  read(): Promise<Reading> {
    if (this.#hung !== null) return Promise.resolve({ problem: 'slow', detail: 'the reading before this one has not come back' });
    const child = this.#child ?? this.#start();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        if (this.#hasStarted) this.#giveUp(child);
        settle({ problem: 'slow', detail: `no answer within ${this.#budgetMs} ms` });
      }, this.#budgetMs);
      const ask = () =>
        child.send('read', (error) => {
          if (error !== null) lost(error.message);
        });
      const hear = (message: unknown) => (message === 'started' ? ask() : settle(message));
      const lost = (reason: unknown) => settle({ problem: 'unreadable', detail: `the reading process ended: ${String(reason)}` });
      const settle = (reading: unknown) => {
        clearTimeout(timer);
        child.off('message', hear).off('error', lost).off('exit', lost);
        resolve(reading as Reading);
      };
      child.on('message', hear).on('error', lost).on('exit', lost);
      if (this.#hasStarted) ask();
    });
  }

  close(): void {
    this.#child?.kill('SIGKILL');
  }

  #start(): ChildProcess {
    const program = fileURLToPath(new URL(`./reading-process${extname(import.meta.url)}`, import.meta.url));
    const child = fork(program, [this.#file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const forget = () => {
      if (this.#child === child) this.#child = null;
      if (this.#hung === child) this.#hung = null;
    };
    child.on('error', forget).on('exit', forget);
    child.once('message', () => {
      this.#hasStarted = true;
    });
    this.#child = child;
    this.#hasStarted = false;
    return child;
  }

  #giveUp(child: ChildProcess): void {
    if (this.#child === child) this.#child = null;
    this.#hung = child;
    child.kill('SIGKILL');
  }
}
