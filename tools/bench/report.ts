import { cpus } from 'node:os';
import { styleText } from 'node:util';
import type { FigureName, Figures, Ratio } from './figures.ts';
import { figures, medianFigures, ratios } from './figures.ts';
import { describeFaults } from './ledger.ts';
import type { Plan, Series } from './rounds.ts';
import type { Workload } from './workloads.ts';

/** A workload that this machine cannot run, and why. */
export interface Skipped {
  readonly workload: Workload;
  readonly reason: string;
}

/** The medians as tables for people, one for each kind of workload, and the comparison when there is one. */
export function textReport(series: readonly Series[], isColored: boolean): string {
  const tables = (['talk', 'idle', 'storm'] as const)
    .map((kind) => series.filter((one) => one.workload.kind === kind))
    .filter((ofKind) => ofKind.length > 0)
    .map((ofKind) => figureTable(ofKind, isColored));
  const compared = compare(series);
  return [...tables, ...(compared.length > 0 ? [ratioTable(compared, isColored)] : [])].join('\n');
}

/** Everything that was measured, for programs; the names of the figures are their keys in `figures`. */
export function jsonReport(plan: Plan, series: readonly Series[], skipped: readonly Skipped[]): string {
  return JSON.stringify(
    {
      at: new Date().toISOString(),
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cpus: cpus().length,
      seconds: plan.seconds,
      rounds: plan.rounds,
      servers: Object.fromEntries(plan.contenders.map(({ name, command }) => [name, command])),
      results: series.map(({ workload, contender, rounds }) => ({
        workload: workload.name,
        server: contender.name,
        correct: faultsOf(rounds) === '',
        median: medianFigures(rounds.map((round) => round.figures)),
        rounds,
      })),
      ratios: compare(series).map(({ workload, ratio }) => ({ workload, ...ratio })),
      skipped: skipped.map(({ workload, reason }) => ({ workload: workload.name, reason })),
    },
    null,
    2,
  );
}

/** What went wrong in these rounds, in words; empty when nothing did. */
export function faultsOf(rounds: Series['rounds']): string {
  return rounds
    .map(({ faults, refusal }, index) => ({
      round: index + 1,
      words: [describeFaults(faults), refusal].filter((word) => word !== '').join(': '),
    }))
    .filter(({ words }) => words !== '')
    .map(({ round, words }) => `round ${round}: ${words}`)
    .join('; ');
}

/** Aligned columns: the first one to the left, the last one as it is, numbers between them to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const last = head.length - 1;
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : column === last ? cell : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [head, ...rows].map(line).join('\n');
}

const columns: Record<Workload['kind'], readonly FigureName[]> = {
  talk: ['messages_per_s', 'deliveries_per_s', 'cpu_us_per_delivery', 'server_cores', 'load_cores', 'p50_ms', 'p99_ms'],
  idle: ['connections_per_s', 'cpu_us_per_connection', 'rss_bytes_per_connection', 'rss_mb'],
  storm: ['logins_ms', 'login_p50_ms', 'cpu_ms_per_login', 'quiet_p50_ms', 'quiet_p99_ms', 'storm_p50_ms', 'storm_p99_ms'],
};

function figureTable(series: readonly Series[], isColored: boolean): string {
  const names = columns[series[0]?.workload.kind ?? 'talk'];
  const rows = series.map(({ workload, contender, rounds }) => {
    const middle = medianFigures(rounds.map((round) => round.figures));
    const cells = names.map((name) => formatFigure(name, middle));
    return [contender.name === 'server' ? workload.name : `${workload.name} versus`, ...cells, faultsOf(rounds) || 'correct'];
  });
  return paint(formatTable(['', ...names.map((name) => figures[name].title), 'correctness'], rows), isColored);
}

function ratioTable(compared: readonly Compared[], isColored: boolean): string {
  const count = Math.max(...compared.map(({ ratio }) => ratio.rounds.length));
  const rows = compared.map(({ workload, ratio }) => [
    workload,
    figures[ratio.figure].title,
    ...Array.from({ length: count }, (_, round) => ratio.rounds[round]?.toFixed(2) ?? ''),
    ratio.median.toFixed(2),
    `${figures[ratio.figure].better} is better`,
  ]);
  const head = ['versus ÷ server', 'figure', ...Array.from({ length: count }, (_, round) => `round ${round + 1}`), 'median', ''];
  return paint(formatTable(head, rows), isColored);
}

interface Compared {
  readonly workload: string;
  readonly ratio: Ratio;
}

function compare(series: readonly Series[]): readonly Compared[] {
  return series.flatMap((versus) => {
    const server = series.find((one) => one.workload === versus.workload && one.contender.name === 'server');
    if (versus.contender.name === 'server' || server === undefined) return [];
    const [before, after] = [server, versus].map((one) => one.rounds.map((round) => round.figures));
    return ratios(before ?? [], after ?? []).map((ratio) => ({ workload: versus.workload.name, ratio }));
  });
}

function formatFigure(name: FigureName, measured: Figures): string {
  const value = measured[name];
  const { decimals } = figures[name];
  return value === undefined
    ? 'not available'
    : value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function paint(table: string, isColored: boolean): string {
  if (!isColored) return `${table}\n`;
  const [head = '', ...rows] = table.split('\n');
  return `${[styleText('bold', head), ...rows.map((row) => (/round \d+: /.test(row) ? styleText('red', row) : row))].join('\n')}\n`;
}
