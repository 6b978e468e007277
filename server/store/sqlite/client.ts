import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { CommandError, type ExitName } from '../../base/exit-codes.ts';
import { startThread } from '../../base/thread.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { AuditDraft } from '../moderation.ts';
import type { Outcome, Write, WriteArgument, WriteName, WriteResult, WriterOptions } from './writer.ts';

export interface QueueLimits {
  readonly writes: number;
  readonly bytes: number;
}

/** What the client tells about the store's health; counted and logged by whoever opened it. */
export interface WriterEvents {
  /** A batch came back: how many writes, how long it took from post to answer. */
  onBatch(writes: number, durationMs: number): void;
  /** A batch was refused by the disk or a lock. */
  onStorageError(error: string): void;
  /** One write failed for its own sake: a bug. */
  onWriteError(name: WriteName, error: string): void;
  /** The search index could not be brought up to date; it is tried again. */
  onIndexError(error: string): void;
  /** The writer thread is gone without being asked to. */
  onLost(error: Error): void;
}

/** Writes by which the server watches itself: when the disk refuses them, nobody has lost anything, and the log stays quiet. */
const quiet: ReadonlySet<WriteName> = new Set(['metrics.save', 'metrics.probe']);

interface Pending {
  readonly write: Write;
  readonly bytes: number;
  readonly resolve: (value: never) => void;
  readonly reject: (error: ChatError) => void;
}

/**
 * The main thread's end of the writer thread. One batch is under way; whatever is asked meanwhile is the next one, so that
 * durability costs one sync per batch (hot-path.md fact 2). Promises settle in the order of the writes.
 * At `limits` further writes are refused with `server_busy`.
 */
export class WriterClient {
  readonly #worker: Worker;
  readonly #haste: Int32Array;
  readonly #limits: QueueLimits;
  readonly #events: WriterEvents;
  #queue: Pending[] = [];
  #queuedBytes = 0;
  #underWay: Pending[] | null = null;
  #postedAt = 0;
  #isClosing = false;
  #isLost = false;
  #exited: Promise<void>;
  #isWritable = true;

  /** Starts the writer thread; resolves when the database is open and migrated, rejects with the CommandError that the start ends with. */
  static async open(options: Omit<WriterOptions, 'haste'>, limits: QueueLimits, events: WriterEvents): Promise<WriterClient> {
    const haste = new SharedArrayBuffer(4);
    const worker = startThread(import.meta.url, './worker', { ...options, haste });
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (message: { ready: { schema: number } } | { failed: string; exit: ExitName }) => {
        worker.off('error', reject);
        if ('failed' in message) reject(new CommandError(message.exit, message.failed));
        else resolve();
      });
    });
    return new WriterClient({ worker, haste: new Int32Array(haste) }, limits, events);
  }

  private constructor({ worker, haste }: { worker: Worker; haste: Int32Array }, limits: QueueLimits, events: WriterEvents) {
    this.#worker = worker;
    this.#haste = haste;
    this.#limits = limits;
    this.#events = events;
    worker.on('message', (message: Outcome[] | { indexError: string }) => {
      if (Array.isArray(message)) this.#settle(message);
      else this.#events.onIndexError(message.indexError);
    });
    worker.on('error', (error) => this.#lose(error));
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    worker.on('exit', () => {
      if (!this.#isClosing) this.#lose(new Error('the writer thread ended'));
    });
  }

  get isWritable(): boolean {
    return this.#isWritable;
  }

  get queued(): number {
    return this.#queue.length + (this.#underWay?.length ?? 0);
  }

  /** Asks for a write; `bytes` is what it weighs in the queue. */
  write<N extends WriteName>(name: N, argument: WriteArgument<N>, bytes = 128): Promise<WriteResult<N>> {
    return this.#ask({ name, argument } as Write, bytes) as Promise<WriteResult<N>>;
  }

  /** The same with a row of the audit, in the same transaction; none for a write that changed nothing (null, false). */
  audited<N extends WriteName>(name: N, argument: WriteArgument<N>, audit: AuditDraft | undefined): Promise<WriteResult<N>> {
    return this.#ask({ name, argument, ...(audit === undefined ? {} : { audit }) } as Write, 256) as Promise<WriteResult<N>>;
  }

  /** Lets everything that was asked for reach the disk. From now on nothing waits for another program's lock. */
  async drain(): Promise<void> {
    Atomics.store(this.#haste, 0, 1);
    while (this.#underWay !== null && !this.#isLost) await Promise.race([once(this.#worker, 'message'), this.#exited]);
  }

  /** The same, and ends the thread. */
  async close(): Promise<void> {
    await this.drain();
    this.#isClosing = true;
    if (this.#isLost) return;
    this.#worker.postMessage([]);
    await this.#exited;
  }

  #ask(write: Write, bytes: number): Promise<unknown> {
    if (this.#isClosing) return Promise.reject(new ChatError('draining'));
    if (this.#isLost) return Promise.reject(new ChatError('storage_unavailable'));
    if (this.#queue.length >= this.#limits.writes || this.#queuedBytes + bytes > this.#limits.bytes) {
      return Promise.reject(new ChatError('server_busy', { retryAfterMs: 1000 }));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ write, bytes, resolve, reject });
      this.#queuedBytes += bytes;
      if (this.#underWay === null) this.#post();
    });
  }

  #post(): void {
    if (this.#queue.length === 0) return;
    this.#underWay = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#postedAt = performance.now();
    this.#worker.postMessage(this.#underWay.map(({ write }) => write));
  }

  /** The next batch goes out first, so that the disk works while the answers are told. */
  #settle(outcomes: readonly Outcome[]): void {
    const batch = this.#underWay ?? [];
    this.#underWay = null;
    const durationMs = performance.now() - this.#postedAt;
    this.#post();
    this.#events.onBatch(batch.length, durationMs);
    const failure = outcomes.find((outcome) => 'error' in outcome && outcome.isStorage);
    this.#isWritable = failure === undefined;
    const isQuiet = batch.every(({ write }) => quiet.has(write.name));
    if (failure !== undefined && 'error' in failure && !isQuiet) this.#events.onStorageError(failure.error);
    for (const [index, pending] of batch.entries()) this.#settleOne(pending, outcomes[index]);
  }

  #settleOne(pending: Pending, outcome: Outcome | undefined): void {
    if (outcome !== undefined && 'value' in outcome) {
      pending.resolve(outcome.value as never);
      return;
    }
    if (outcome === undefined || outcome.isStorage) {
      pending.reject(new ChatError('storage_unavailable', { retryAfterMs: 1000, cause: outcome?.error }));
      return;
    }
    this.#events.onWriteError(pending.write.name, outcome.error);
    pending.reject(new ChatError('internal', { cause: outcome.error }));
  }

  #lose(error: Error): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#isWritable = false;
    for (const { reject } of [...(this.#underWay ?? []), ...this.#queue]) reject(new ChatError('storage_unavailable', { cause: error }));
    this.#underWay = null;
    this.#queue = [];
    this.#events.onLost(error);
  }
}
