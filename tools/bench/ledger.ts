/** What went wrong in a run; a run is correct when all of them are 0. */
export interface Faults {
  /** Never arrived. */
  lost: number;
  /** Arrived more than once. */
  repeated: number;
  /** Arrived after a later message of the same sender. */
  reordered: number;
  /** Arrived at somebody whom it does not concern. */
  stray: number;
  /** Not the line that the protocol promises. */
  malformed: number;
  /** Answered by an error. */
  refused: number;
  /** Connections that the server closed. */
  closed: number;
}

export const noFaults = (): Faults => ({ lost: 0, repeated: 0, reordered: 0, stray: 0, malformed: 0, refused: 0, closed: 0 });

/** The faults in words, `3 lost, 1 repeated`; empty for a correct run. */
export function describeFaults(faults: Faults): string {
  return Object.entries(faults)
    .filter(([, count]) => count > 0)
    .map(([fault, count]) => `${count} ${fault}`)
    .join(', ');
}

/** Follows each sender's messages at each receiver: they must come once, in order and without gaps, from number 0 on. */
export class Ledger {
  readonly #faults: Faults;
  readonly #senders: number;
  /** The number that each (receiver, sender) waits for. */
  readonly #next: Uint32Array;
  /** Numbers that were jumped over, by (receiver, sender). Empty in a correct run. */
  readonly #skipped = new Map<number, Set<number>>();

  constructor(receivers: number, senders: number, faults: Faults) {
    this.#senders = senders;
    this.#next = new Uint32Array(receivers * senders);
    this.#faults = faults;
  }

  /** Notes an arrival; false when this message had been there before. */
  arrive(receiver: number, sender: number, sequence: number): boolean {
    const stream = receiver * this.#senders + sender;
    const next = this.#next[stream] as number;
    if (sequence === next) {
      this.#next[stream] = next + 1;
      return true;
    }
    return sequence > next ? this.#jump(stream, sequence) : this.#late(stream, sequence);
  }

  /** Counts as lost what `receiver` has not seen of the `sent` messages of `sender`. */
  close(receiver: number, sender: number, sent: number): void {
    const stream = receiver * this.#senders + sender;
    this.#faults.lost += sent - (this.#next[stream] as number) + (this.#skipped.get(stream)?.size ?? 0);
  }

  #jump(stream: number, sequence: number): boolean {
    const skipped = this.#skipped.get(stream) ?? new Set();
    this.#skipped.set(stream, skipped);
    for (let missing = this.#next[stream] as number; missing < sequence; missing += 1) skipped.add(missing);
    this.#next[stream] = sequence + 1;
    return true;
  }

  #late(stream: number, sequence: number): boolean {
    const isLate = this.#skipped.get(stream)?.delete(sequence) ?? false;
    if (isLate) this.#faults.reordered += 1;
    else this.#faults.repeated += 1;
    return isLate;
  }
}
