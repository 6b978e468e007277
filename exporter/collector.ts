import { Counter, Gauge, Registry } from 'prom-client';
import { type FigureName, figureInstruments } from '../server/base/figures.ts';
import { processMetrics } from '../server/base/process-metrics.ts';
import { type DownReason, downReasons, type Look, lookAt } from './look.ts';
import type { Reader } from './reader.ts';

export interface CollectorOptions {
  readonly reader: Pick<Reader, 'read'>;
  /** A snapshot older than that is of a server that is gone. */
  readonly staleMs: number;
  readonly version: string;
  readonly now: () => number;
  /** The server came up (null), or is down for another reason than before. */
  readonly onChange: (down: Look['down']) => void;
}

/** Whoever asks within that time gets the same look. */
const freshMs = 1000;

/** Looks at the database when it is asked to, once for all who ask at the same time, and once a second at most. */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #own = new Registry();
  readonly #instruments: ReturnType<typeof ownInstruments>;
  #last: { readonly startedAt: number; readonly look: Promise<Look> } | null = null;
  #former: Look | null = null;
  #latest: Look | null = null;
  #reason: DownReason | 'up' | 'unknown' = 'unknown';

  constructor(options: CollectorOptions) {
    this.#options = options;
    processMetrics(this.#own, 'classcord_exporter_');
    this.#instruments = ownInstruments(this.#own, options.version);
  }

  /** Never rejects. */
  look(): Promise<Look> {
    const startedAt = this.#options.now();
    const age = startedAt - (this.#last?.startedAt ?? Number.NEGATIVE_INFINITY);
    if (this.#last === null || age < 0 || age >= freshMs) this.#last = { startedAt, look: this.#take() };
    return this.#last.look;
  }

  /** The page for Prometheus. */
  async text(): Promise<string> {
    this.#instruments.scrapes.inc();
    const look = await this.look();
    return [look.text, await factsOf(look).metrics(), await this.#own.metrics()].filter((part) => part !== '').join('\n');
  }

  refused(): void {
    this.#instruments.refused.inc();
  }

  /** The look before the latest that saw another snapshot: what has changed between the two is a rate. */
  get former(): Look | null {
    return this.#former;
  }

  async #take(): Promise<Look> {
    const { reader, now, staleMs } = this.#options;
    const startedAt = performance.now();
    const look = await lookAt(await reader.read(), { now: now(), staleMs });
    this.#instruments.duration.set((performance.now() - startedAt) / 1000);
    if (look.down !== null) this.#instruments.failures.inc({ reason: look.down.reason });
    if (this.#latest !== null && this.#latest.snapshotAt !== look.snapshotAt) this.#former = this.#latest;
    this.#latest = look;
    this.#tell(look);
    return look;
  }

  #tell({ down }: Look): void {
    const reason = down?.reason ?? 'up';
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.#options.onChange(down);
  }
}

/** What the exporter says of the server by its own knowledge. */
function factsOf({ down, ageSeconds, figures }: Look): Registry {
  const registry = new Registry();
  const gauge = (name: string, help: string, label: string | null) =>
    new Gauge({ name, help, labelNames: label === null ? [] : [label], registers: [registry] });
  gauge('classcord_up', 'Whether the server runs: 0 when its newest snapshot is old, or the database cannot be read.', null).set(
    down === null ? 1 : 0,
  );
  gauge('classcord_snapshot_age_seconds', 'Age of the newest snapshot of the server’s metrics.', null).set(ageSeconds);
  if (figures === null) return registry;
  for (const [name, { help, label }] of Object.entries(figureInstruments)) {
    const figure = gauge(name, help, label);
    for (const [value, number] of Object.entries(figures[name as FigureName])) figure.set(label === null ? {} : { [label]: value }, number);
  }
  return registry;
}

function ownInstruments(registry: Registry, version: string) {
  const registers = [registry];
  const build = { version, node: process.version };
  const help = 'Version of the exporter and of Node.js.';
  new Gauge({ name: 'classcord_exporter_build_info', help, labelNames: Object.keys(build), registers }).set(build, 1);
  const failures = new Counter({
    name: 'classcord_exporter_down_total',
    help: 'Looks at the database that found no running server, by reason.',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of downReasons) failures.inc({ reason }, 0);
  return {
    failures,
    scrapes: new Counter({ name: 'classcord_exporter_scrapes_total', help: 'Scrapes answered.', registers }),
    refused: new Counter({ name: 'classcord_exporter_scrapes_refused_total', help: 'Scrapes refused: too many at once.', registers }),
    duration: new Gauge({
      name: 'classcord_exporter_scrape_duration_seconds',
      help: 'How long the last look at the database took.',
      registers,
    }),
  };
}
