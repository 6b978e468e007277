import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { newestSchema } from './migrate.ts';
import type { Store } from './store.ts';

/** One thing that must be so for the server to be ready. */
export interface HealthCheck {
  readonly ok: boolean;
  readonly detail: string;
}

export interface HealthReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<'database' | 'migrations' | 'disk' | 'draining', HealthCheck>>;
}

interface Parts {
  /** The database file. */
  readonly file: string;
  readonly diskFloorBytes: number;
  readonly node: string;
  readonly clock: Clock;
}

/** Longest wait for the probe to reach the disk. */
const probeMs = 1500;
/** Whoever asks more often gets the same answer again. */
const freshMs = 500;

/** Whether this server should be sent clients. Asking never throws, and takes at most `probeMs`. */
export class Health {
  readonly #parts: Parts;
  #store: Store | null = null;
  #isDraining = false;
  #last: { readonly at: number; readonly report: Promise<HealthReport> } | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The database is open and migrated. */
  opened(store: Store): void {
    this.#store = store;
    this.#last = null;
  }

  /** A stop has begun: not ready from now on. */
  drain(): void {
    this.#isDraining = true;
    this.#last = null;
  }

  report(): Promise<HealthReport> {
    const now = this.#parts.clock.monotonic();
    if (this.#last === null || now - this.#last.at >= freshMs) this.#last = { at: now, report: this.#look() };
    return this.#last.report;
  }

  async #look(): Promise<HealthReport> {
    const [database, disk] = await Promise.all([this.#database(), this.#disk()]);
    const draining = this.#isDraining ? { ok: false, detail: 'the server is stopping' } : { ok: true, detail: 'no' };
    const checks = { database, migrations: this.#migrations(), disk, draining };
    return { ready: Object.values(checks).every(({ ok }) => ok), checks };
  }

  /** The last write went through, and a probe does now. */
  async #database(): Promise<HealthCheck> {
    const { node, clock } = this.#parts;
    const store = this.#store;
    if (store === null) return { ok: false, detail: 'not open yet' };
    if (this.#isDraining) return { ok: store.isWritable, detail: 'not probed during a stop' };
    if (!store.isWritable) return probed(store.metrics.probe(node, clock.now()), 'the last write was refused');
    return probed(store.metrics.probe(node, clock.now()), null);
  }

  #migrations(): HealthCheck {
    if (this.#store === null) return { ok: false, detail: 'under way' };
    try {
      const schema = this.#store.metrics.figures().classcord_db_schema_version['all'] ?? 0;
      return { ok: schema === newestSchema(), detail: `schema ${schema}` };
    } catch (error) {
      return { ok: false, detail: textOf(error) };
    }
  }

  async #disk(): Promise<HealthCheck> {
    try {
      const { bavail, bsize } = await statfs(dirname(this.#parts.file));
      const free = bavail * bsize;
      return { ok: free >= this.#parts.diskFloorBytes, detail: `${free} bytes free, floor ${this.#parts.diskFloorBytes}` };
    } catch (error) {
      return { ok: false, detail: textOf(error) };
    }
  }
}

/** `before`: what was wrong until now; a probe that goes through mends the next answer, not this one. */
async function probed(probe: Promise<void>, before: string | null): Promise<HealthCheck> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(reject, probeMs, new Error(`no write went through within ${probeMs} ms`));
  });
  try {
    await Promise.race([probe, late]);
    return before === null ? { ok: true, detail: 'writable' } : { ok: false, detail: before };
  } catch (error) {
    return { ok: false, detail: textOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Why a write was refused: what SQLite said, where there is that. */
function textOf(error: unknown): string {
  if (error instanceof Error && typeof error.cause === 'string') return error.cause;
  return error instanceof Error ? error.message : String(error);
}
