import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** `strace` such that the traced program keeps its pid; the trace is complete when the program is gone and the file has its last line. */
export function straceTo(file: string): readonly string[] {
  const calls = 'trace=pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg';
  return ['strace', '-D', '-f', '--seccomp-bpf', '-yy', '-s', '1000000', '-e', calls, '-e', 'signal=none', '-o', file];
}

export interface OrderReport {
  /** Messages of which something left on a client's socket. */
  readonly told: number;
  /** Socket writes that carried at least one of them. */
  readonly writes: number;
  readonly syncs: number;
  /** Messages that left before their row was synced. */
  readonly early: readonly string[];
}

const marker = /m\.[\w-]+\.\d+\./g;

/**
 * Holds every byte that left on a socket against the syncs before it: a message may leave only after an fdatasync of the WAL that
 * began after its row was written there, and has ended well.
 *
 * The order of the lines is the order of events. A call that others interrupt stands in two lines: it begins at `<unfinished ...>`
 * and ends at `<... resumed>`.
 */
export class OrderCheck {
  readonly #early = new Set<string>();
  readonly #told = new Set<string>();
  readonly #written = new Set<string>();
  readonly #synced = new Set<string>();
  /** Calls that have begun, by thread. */
  readonly #begun = new Map<string, string>();
  /** What a sync under way will have made durable, by thread. */
  readonly #covers = new Map<string, readonly string[]>();
  #writes = 0;
  #syncs = 0;

  report(): OrderReport {
    return { told: this.#told.size, writes: this.#writes, syncs: this.#syncs, early: [...this.#early] };
  }

  /** Takes the next line of the trace. */
  take(line: string): void {
    const [, thread = '', event = ''] = /^(\d+) +(.*)$/s.exec(line) ?? [];
    if (event.endsWith('<unfinished ...>')) {
      this.#begun.set(thread, event);
      this.#begin(thread, event);
      return;
    }
    const isResumed = event.startsWith('<... ');
    const call = isResumed ? (this.#begun.get(thread) ?? '') : event;
    if (!isResumed) this.#begin(thread, call);
    this.#end(thread, call, !/ = -1 /.test(event));
  }

  #begin(thread: string, call: string): void {
    if (isSync(call)) this.#covers.set(thread, [...this.#written]);
    if (!/^(write|writev|sendto|sendmsg)\(\d+<TCP/.test(call)) return;
    const markers = call.match(marker) ?? [];
    if (markers.length > 0) this.#writes += 1;
    for (const each of markers) {
      this.#told.add(each);
      if (!this.#synced.has(each)) this.#early.add(each);
    }
  }

  #end(thread: string, call: string, hasSucceeded: boolean): void {
    if (!hasSucceeded) return;
    if (/^pwrite64\(\d+<[^>]*-wal>/.test(call)) for (const each of call.match(marker) ?? []) this.#written.add(each);
    if (!isSync(call)) return;
    this.#syncs += 1;
    for (const each of this.#covers.get(thread) ?? []) {
      this.#synced.add(each);
      this.#written.delete(each);
    }
    this.#covers.delete(thread);
  }
}

/** The report on a trace. */
export async function checkOrder(file: string): Promise<OrderReport> {
  const check = new OrderCheck();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) check.take(line);
  return check.report();
}

function isSync(call: string): boolean {
  return /^f(data)?sync\(\d+<[^>]*-wal>/.test(call);
}
