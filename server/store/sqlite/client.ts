import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { CommandError, type ExitName } from '../../base/exit-codes.ts';
import { startThread } from '../../base/thread.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { AuditDraft } from '../moderation.ts';
import type { Appended } from '../store.ts';
import { type PackedOutcome, packBatch, unpackOutcome } from './batch.ts';
import { appendedOf } from './message-rows.ts';
import type { Failure } from './refusal.ts';
import type { Outcome, WriterOptions } from './writer.ts';
import type { Write, WriteArgument, WriteName, WriteResult } from './writes.ts';

export interface QueueLimits {
  readonly writes: number;
  readonly bytes: number;
}

/** What the writer thread does beside its writes. */
export type Chore = 'search index' | 'commit mark';

/** What the client tells about the store's health; counted and logged by whoever opened it. */
export interface WriterEvents {
  /** A batch came back: how many writes, how long it took from post to answer. */
  onBatch(writes: number, durationMs: number): void;
  /** A batch was refused by the disk or a lock. */
  onStorageError(error: string): void;
  /** A batch found the database held by another program, and waited. */
  onBusy?(): void;
  /** One write failed for its own sake: a bug. */
  onWriteError(name: WriteName, error: string): void;
  /** Something beside the messages could not be written; it is tried again. */
  onChoreError(chore: Chore, error: string): void;
  /** The writer thread is gone without being asked to. */
  onLost(error: Error): void;
}

/** Writes by which the server watches itself: when the disk refuses them, nobody has lost anything, and the log stays quiet. */
const quiet: ReadonlySet<WriteName> = new Set(['metrics.save', 'metrics.probe']);

interface Pending {
  readonly write: Write;
  /** Makes the result of what the writer thread answers. */
  readonly read: (value: never) => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: ChatError) => void;
}

const asItIs = (value: unknown) => value;

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
  #isPosting = false;
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
    worker.on('message', (message: { outcome: PackedOutcome } | { chore: Chore; error: string } | { busy: true }) => {
      if ('outcome' in message) this.#settle(unpackOutcome(message.outcome));
      else if ('busy' in message) this.#events.onBusy?.();
      else this.#events.onChoreError(message.chore, message.error);
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
    return this.#ask({ name, argument } as Write, bytes, asItIs) as Promise<WriteResult<N>>;
  }

  /** The same with a row of the audit, in the same transaction; none for a write that changed nothing. */
  audited<N extends WriteName>(name: N, argument: WriteArgument<N>, audit: AuditDraft | undefined): Promise<WriteResult<N>> {
    return this.#ask({ name, argument, audit } as Write, 256, asItIs) as Promise<WriteResult<N>>;
  }

  /** Asks for a message to be stored. */
  append<N extends 'messages.appendToChannel' | 'messages.appendAudited' | 'messages.appendPrivate'>(
    name: N,
    row: WriteArgument<N>,
    bytes: number,
  ): Promise<Appended | null> {
    return this.#ask({ name, argument: row } as Write, bytes, appendedOf) as Promise<Appended | null>;
  }

  /** Lets everything that was asked for reach the disk. From now on nothing waits for another program's lock. */
  async drain(): Promise<void> {
    Atomics.store(this.#haste, 0, 1);
    while (this.queued > 0 && !this.#isLost) {
      this.#post();
      await Promise.race([once(this.#worker, 'message'), this.#exited]);
    }
  }

  /** The same, and ends the thread. */
  async close(): Promise<void> {
    await this.drain();
    this.#isClosing = true;
    if (this.#isLost) return;
    this.#worker.postMessage(packBatch([]));
    await this.#exited;
  }

  #ask(write: Write, bytes: number, read: Pending['read']): Promise<unknown> {
    if (this.#isClosing) return Promise.reject(new ChatError('draining'));
    if (this.#isLost) return Promise.reject(new ChatError('storage_unavailable'));
    if (this.#queue.length >= this.#limits.writes || this.#queuedBytes + bytes > this.#limits.bytes) {
      return Promise.reject(new ChatError('server_busy', { retryAfterMs: 1000 }));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ write, read, resolve, reject });
      this.#queuedBytes += bytes;
      this.#postSoon();
    });
  }

  /** After what the sockets have brought by now, so that it all goes as one batch: a first write alone would cost a sync of its own. */
  #postSoon(): void {
    if (this.#underWay !== null || this.#isPosting) return;
    this.#isPosting = true;
    setImmediate(() => this.#post());
  }

  /**
   * After the answers of the batch before were told, and the sockets read once more: who waits for an answer before it speaks again
   * is in the next batch then, not in the one after it. Half as many batches cost less of the processor than a disk that rests
   * meanwhile is worth (docs/performance.md).
   */
  #postNext(): void {
    this.#isPosting = true;
    setImmediate(() => setImmediate(() => this.#post()));
  }

  #post(): void {
    this.#isPosting = false;
    if (this.#underWay !== null || this.#queue.length === 0) return;
    this.#underWay = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#postedAt = performance.now();
    this.#worker.postMessage(packBatch(this.#underWay.map(({ write }) => write)));
  }

  #settle({ values, failures }: Outcome): void {
    const batch = this.#underWay ?? [];
    this.#underWay = null;
    this.#postNext();
    const durationMs = performance.now() - this.#postedAt;
    this.#events.onBatch(batch.length, durationMs);
    const refusal = failures.find(({ isStorage }) => isStorage);
    this.#isWritable = refusal === undefined;
    const isQuiet = batch.every(({ write: { name } }) => quiet.has(name));
    if (refusal !== undefined && !isQuiet) this.#events.onStorageError(refusal.error);
    const failed = new Map(failures.map((failure) => [failure.index, failure]));
    for (const [index, pending] of batch.entries()) {
      const failure = failed.get(index);
      if (failure === undefined) pending.resolve(pending.read(values[index] as never) as never);
      else this.#fail(pending, failure);
    }
  }

  #fail({ write: { name }, reject }: Pending, { error, isStorage }: Failure): void {
    if (!isStorage) this.#events.onWriteError(name, error);
    reject(
      isStorage ? new ChatError('storage_unavailable', { retryAfterMs: 1000, cause: error }) : new ChatError('internal', { cause: error }),
    );
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
