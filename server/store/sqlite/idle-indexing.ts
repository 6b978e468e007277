import type { Clock } from '../../base/clock.ts';
import { isLocked } from './refusal.ts';

/** What the index can be asked for, each a few milliseconds of work; both tell whether there may be more of it to do. */
export interface Indexing {
  /** Takes in messages that are new or have changed. */
  readonly add: () => boolean;
  /** Joins small pieces of the index into larger ones, which searches go through faster. */
  readonly merge: () => boolean;
}

/** New messages are looked for so long after they came: searchable within a second, and many share one piece of the index. */
const lookMs = 250;
/** More writes per millisecond than this are a burst: the disk and the processor are left to it. */
const burstRate = 2;
/** But not for longer than this. */
const mostDelayMs = 10_000;
/** After a failure (a full disk, an unreadable one) it waits so long. */
const retryMs = 5000;
/** It rests as long as it worked, but no longer than this: on a crowded machine much of that time was not its own. */
const mostRestMs = 20;
/** While messages come, merging rests so long after each step: all its pages are new ones, and a commit waits for the checkpoint that copies them. */
const busyRestMs = 40;
/** So many merges make up for one piece that was added. */
const mergesPerPiece = 6;
/** Pieces that may wait to be merged while messages wait to be found. */
const mostPieces = 32;

/**
 * Runs the indexing of messages in the pauses of the writer thread: never on the way of an acknowledgement, in steps of a few
 * milliseconds, and at most half of the time, however much there is to catch up with. What is new goes before what is to be merged.
 */
export class IdleIndexing {
  readonly #index: Indexing;
  readonly #onError: (error: unknown) => void;
  readonly #clock: Clock;
  #stop: (() => void) | null = null;
  /** Writes since `#countedFrom`, of which the rate is made. */
  #writes = 0;
  #countedFrom = 0;
  #burstSince: number | null = null;
  #wroteAt = 0;
  /** When to look for new messages; null: there are none. */
  #addAt: number | null = null;
  #isMerged = false;
  /** Merges that are owed for what was added. */
  #owed = 0;

  constructor(index: Indexing, onError: (error: unknown) => void, clock: Clock) {
    this.#index = index;
    this.#onError = onError;
    this.#clock = clock;
  }

  /** So many writes were carried out. */
  wrote(writes: number): void {
    const now = this.#clock.monotonic();
    if (this.#stop === null) this.#begin(now);
    this.#writes += writes;
    this.#wroteAt = now;
    this.#addAt ??= now + lookMs;
  }

  stop(): void {
    this.#stop?.();
  }

  #begin(now: number): void {
    this.#countFrom(now);
    this.#burstSince = null;
    this.#wait(lookMs);
  }

  #wait(ms: number): void {
    this.#stop = this.#clock.after(ms, () => this.#look());
  }

  #look(): void {
    this.#stop = null;
    const now = this.#clock.monotonic();
    try {
      if (this.#isBurst(now)) this.#wait(lookMs);
      else if (this.#addAt !== null && now >= this.#addAt && this.#owed < mostPieces * mergesPerPiece) this.#add(now);
      else if (!this.#isMerged) this.#merge(now);
      else if (this.#addAt !== null) this.#wait(this.#addAt - now);
    } catch (error) {
      // A lock of another program is no failure, and the index does not wait in it: a message may be behind.
      if (isLocked(error)) {
        this.#wait(lookMs);
        return;
      }
      this.#onError(error);
      this.#wait(retryMs);
    }
  }

  #add(now: number): void {
    this.#addAt = this.#index.add() ? now : null;
    this.#isMerged = false;
    this.#owed += mergesPerPiece;
    this.#restAfter(now);
  }

  #merge(now: number): void {
    this.#isMerged = !this.#index.merge();
    this.#owed = this.#isMerged ? 0 : Math.max(0, this.#owed - 1);
    if (now - this.#wroteAt > lookMs) this.#restAfter(now);
    else this.#wait(busyRestMs);
  }

  #restAfter(workedSince: number): void {
    this.#wait(Math.min(mostRestMs, Math.max(1, this.#clock.monotonic() - workedSince)));
  }

  #isBurst(now: number): boolean {
    const elapsed = now - this.#countedFrom;
    if (elapsed < lookMs / 2) return false;
    const isFast = this.#writes / elapsed > burstRate;
    this.#countFrom(now);
    if (!isFast) this.#burstSince = null;
    else this.#burstSince ??= now;
    return this.#burstSince !== null && now - this.#burstSince < mostDelayMs;
  }

  #countFrom(now: number): void {
    this.#writes = 0;
    this.#countedFrom = now;
  }
}
