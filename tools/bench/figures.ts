import { median } from './histogram.ts';

/** Every figure, once: its heading in the table, its decimals, and what is better (none: it is only told, not compared). */
export const figures = {
  messages_per_s: { title: 'msg/s', decimals: 0, better: 'none' },
  deliveries_per_s: { title: 'deliveries/s', decimals: 0, better: 'more' },
  cpu_us_per_delivery: { title: 'CPU µs/delivery', decimals: 2, better: 'less' },
  server_cores: { title: 'server cores', decimals: 2, better: 'none' },
  load_cores: { title: 'load cores', decimals: 2, better: 'none' },
  p50_ms: { title: 'p50 ms', decimals: 2, better: 'none' },
  p99_ms: { title: 'p99 ms', decimals: 2, better: 'less' },
  connections_per_s: { title: 'opened/s', decimals: 0, better: 'more' },
  cpu_us_per_connection: { title: 'CPU µs/connection', decimals: 0, better: 'less' },
  rss_bytes_per_connection: { title: 'RSS bytes/connection', decimals: 0, better: 'less' },
  rss_mb: { title: 'RSS MB', decimals: 1, better: 'none' },
  logins_ms: { title: 'all in, ms', decimals: 0, better: 'less' },
  login_p50_ms: { title: 'median login ms', decimals: 0, better: 'none' },
  cpu_ms_per_login: { title: 'CPU ms/login', decimals: 1, better: 'less' },
  quiet_p50_ms: { title: 'pair before: p50 ms', decimals: 2, better: 'none' },
  quiet_p99_ms: { title: 'p99 ms', decimals: 2, better: 'none' },
  storm_p50_ms: { title: 'pair meanwhile: p50 ms', decimals: 2, better: 'none' },
  storm_p99_ms: { title: 'p99 ms', decimals: 2, better: 'less' },
  sent: { title: 'sent', decimals: 0, better: 'none' },
  delivered: { title: 'delivered', decimals: 0, better: 'none' },
} as const satisfies Record<string, { title: string; decimals: number; better: 'more' | 'less' | 'none' }>;
export type FigureName = keyof typeof figures;

/** What was measured. A figure that is missing is not available on this system. */
export type Figures = Partial<Record<FigureName, number>>;

/** Drops the figures that could not be measured, and the digits that mean nothing. */
export function knownFigures(measured: { [name in FigureName]?: number | undefined }): Figures {
  const known = Object.entries(measured).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
  return Object.fromEntries(known.map(([name, value]) => [name, rounded(value)]));
}

/** Each figure's median over the rounds that have it. */
export function medianFigures(rounds: readonly Figures[]): Figures {
  return knownFigures(mapFigures((name) => median(rounds.map((round) => round[name]).filter((value) => value !== undefined))));
}

/** How the second server compares with the first in one figure: `versus ÷ server` for each round, and their median. */
export interface Ratio {
  readonly figure: FigureName;
  readonly rounds: readonly number[];
  readonly median: number;
}

/** The ratios of all figures that can be better or worse, from rounds that ran side by side. */
export function ratios(server: readonly Figures[], versus: readonly Figures[]): readonly Ratio[] {
  return figureNames
    .filter((name) => figures[name].better !== 'none')
    .flatMap((figure) => {
      const rounds = versus
        .map((round, index) => (round[figure] ?? Number.NaN) / (server[index]?.[figure] ?? Number.NaN))
        .filter(Number.isFinite)
        .map(rounded);
      const middle = median(rounds);
      return middle === undefined ? [] : [{ figure, rounds, median: rounded(middle) }];
    });
}

const rounded = (value: number) => Math.round(value * 10_000) / 10_000;

const figureNames = Object.keys(figures) as FigureName[];

const mapFigures = (value: (name: FigureName) => number | undefined) => Object.fromEntries(figureNames.map((name) => [name, value(name)]));
