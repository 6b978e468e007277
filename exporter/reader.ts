import type { Worker } from 'node:worker_threads';
import { startThread } from '../server/base/thread.ts';
import type { Reading } from './reading.ts';

/** The thread that reads the database, and the patience we have with it. */
export class Reader {
  readonly #file: string;
  readonly #budgetMs: number;
  #thread: Worker | null = null;
  /** Given up, and held by the kernel: it ends when the disk answers, and until then no other one is sent after it. */
  #hung: Worker | null = null;

  constructor(file: string, budgetMs: number) {
    this.#file = file;
    this.#budgetMs = budgetMs;
    this.#start();
  }

  /** One reading at a time. Resolves within the budget, whatever the disk does; never rejects. */
  read(): Promise<Reading> {
    if (this.#hung !== null) return Promise.resolve({ problem: 'slow', detail: 'the reading before this one has not come back' });
    const thread = this.#thread ?? this.#start();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#giveUp(thread);
        settle({ problem: 'slow', detail: `no answer within ${this.#budgetMs} ms` });
      }, this.#budgetMs);
      const lost = (reason: unknown) => settle({ problem: 'unreadable', detail: `the reading thread ended: ${String(reason)}` });
      const settle = (reading: Reading) => {
        clearTimeout(timer);
        thread.off('message', settle).off('error', lost).off('exit', lost);
        resolve(reading);
      };
      thread.on('message', settle).on('error', lost).on('exit', lost);
      thread.postMessage('read');
    });
  }

  close(): void {
    if (this.#thread !== null) this.#giveUp(this.#thread);
  }

  #start(): Worker {
    const thread = startThread(import.meta.url, './reading-worker', { file: this.#file });
    const forget = () => {
      if (this.#thread === thread) this.#thread = null;
      if (this.#hung === thread) this.#hung = null;
    };
    thread.on('error', forget).on('exit', forget);
    thread.unref();
    this.#thread = thread;
    return thread;
  }

  #giveUp(thread: Worker): void {
    if (this.#thread === thread) this.#thread = null;
    this.#hung = thread;
    void thread.terminate();
  }
}
