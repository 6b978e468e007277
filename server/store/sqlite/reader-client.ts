import type { Worker } from 'node:worker_threads';
import { startThread } from '../../base/thread.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { HistoryPage, HistoryQuery, MissedPrivate, MissedQuery, SearchPage, SearchQuery } from '../store.ts';

/** Reads under way or waiting; past it `server_busy`. */
const most = 256;

/** What a reader thread can be asked. */
export interface Reads {
  readonly history: (query: HistoryQuery) => HistoryPage;
  readonly missed: (query: MissedQuery) => MissedPrivate;
  readonly search: (query: SearchQuery) => SearchPage;
}
export type ReadName = keyof Reads;

type Answer = { readonly id: number; readonly value: never } | { readonly id: number; readonly error: string };

/** The main thread's end of the reader thread: long reads never hold up the event loop, nor the writer. */
export class ReaderClient {
  readonly #file: string;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: ChatError) => void }>();
  #worker: Worker | null = null;
  #last = 0;

  constructor(file: string) {
    this.#file = file;
  }

  read<N extends ReadName>(name: N, query: Parameters<Reads[N]>[0]): Promise<ReturnType<Reads[N]>> {
    if (this.#waiting.size >= most) return Promise.reject(new ChatError('server_busy', { retryAfterMs: 1000 }));
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#thread().postMessage({ id, name, query });
    });
  }

  async close(): Promise<void> {
    this.#fail('draining');
    await this.#worker?.terminate();
  }

  /** Started by the first read; a lost one is started again by the next. */
  #thread(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = startThread(import.meta.url, './reader-worker', { file: this.#file });
    worker.unref();
    worker.on('message', (answer: Answer) => this.#settle(answer));
    worker.on('error', () => this.#lose(worker));
    worker.on('exit', () => this.#lose(worker));
    this.#worker = worker;
    return worker;
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('value' in answer) waiting?.resolve(answer.value);
    else waiting?.reject(new ChatError('internal', { cause: answer.error }));
  }

  #lose(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#fail('server_busy');
  }

  #fail(code: 'draining' | 'server_busy'): void {
    for (const { reject } of this.#waiting.values()) reject(new ChatError(code, { retryAfterMs: 1000 }));
    this.#waiting.clear();
  }
}
