import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { Tally } from './metrics.ts';
import { PerMinute } from './per-minute.ts';

/** What somebody should look at, and how it is told. */
export const alertTexts = {
  brute_force: 'Somebody tries passwords: {count} logins failed within a minute.',
  flood: 'Somebody floods the server: {count} lines or connections were slowed or refused within a minute.',
  disk: 'The disk is nearly full: {count} bytes are free.',
  store: 'The database refused to store {count} times within a minute.',
  disconnects: 'A wave of disconnections: {count} connections ended within a minute, at least as many as are left.',
} as const;
export type AlertKind = keyof typeof alertTexts;
export const alertKinds = Object.keys(alertTexts) as readonly AlertKind[];
/** Those that are counted; the disk is looked at. */
export type CountedKind = Exclude<AlertKind, 'disk'>;

/** What goes to the webhook; `text` is what chat services show. */
export interface AlertNotice {
  readonly kind: AlertKind;
  readonly state: 'raised' | 'over';
  readonly text: string;
  readonly count: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly node: string;
}

export interface AlertParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly raised: Tally<AlertKind>;
  readonly node: string;
  /** So many within a minute raise it; 0: never. */
  readonly thresholds: Readonly<Record<CountedKind, number>>;
  /** It is over when its cause was not there for so long. */
  readonly quietMs: number;
  readonly diskFloorBytes: number;
  /** Free bytes of the data folder’s disk; rejects when nobody can tell. */
  readonly freeBytes: () => Promise<number>;
  readonly send: (notice: AlertNotice) => void;
}

interface Active {
  causedAt: number;
}

const lookMs = 15_000;

/** Notices what a person should look at, once when it begins and once when it is over: a log line, a metric, a webhook. */
export class Alerts {
  readonly #parts: AlertParts;
  readonly #counts = new Map<CountedKind, PerMinute>();
  readonly #active = new Map<AlertKind, Active>();
  readonly #stop: () => void;

  constructor(parts: AlertParts) {
    this.#parts = parts;
    this.#stop = parts.clock.every(lookMs, () => this.#look());
  }

  /** One more of its kind. `isGrave` is asked past the threshold: a few who leave among many who stay are no wave. */
  note(kind: CountedKind, isGrave: (count: number) => boolean = () => true): void {
    const { thresholds, clock } = this.#parts;
    const threshold = thresholds[kind];
    if (threshold === 0) return;
    const counter = this.#counts.get(kind) ?? new PerMinute();
    this.#counts.set(kind, counter);
    const count = counter.add(clock.monotonic());
    if (count >= threshold && isGrave(count)) this.#cause(kind, count);
  }

  /** Alerts under way, for the metric: 1 or 0 for each kind. */
  active(): Readonly<Record<AlertKind, number>> {
    return Object.fromEntries(alertKinds.map((kind) => [kind, Number(this.#active.has(kind))])) as Record<AlertKind, number>;
  }

  close(): void {
    this.#stop();
  }

  #cause(kind: AlertKind, count: number): void {
    const { clock, log, raised } = this.#parts;
    const active = this.#active.get(kind);
    if (active !== undefined) {
      active.causedAt = clock.monotonic();
      return;
    }
    this.#active.set(kind, { causedAt: clock.monotonic() });
    raised.add(kind);
    const text = alertTexts[kind].replace('{count}', String(count));
    log.warn('alert.raise', { alert: kind, count }, text);
    this.#send(kind, { state: 'raised', text, count });
  }

  #look(): void {
    const { clock, log, quietMs } = this.#parts;
    for (const [kind, { causedAt }] of this.#active) {
      if (clock.monotonic() - causedAt < quietMs) continue;
      this.#active.delete(kind);
      log.info('alert.end', { alert: kind });
      this.#send(kind, { state: 'over', text: `It is over: ${kind}.`, count: 0 });
    }
    this.#lookAtDisk();
  }

  #lookAtDisk(): void {
    const { freeBytes, diskFloorBytes } = this.#parts;
    freeBytes().then(
      (free) => {
        if (free < diskFloorBytes) this.#cause('disk', free);
      },
      () => undefined,
    );
  }

  #send(kind: AlertKind, notice: Pick<AlertNotice, 'state' | 'text' | 'count'>): void {
    const { clock, node, send } = this.#parts;
    send({ kind, ...notice, at: new Date(clock.now()).toISOString(), node });
  }
}
