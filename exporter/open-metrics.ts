/** What the page is when OpenMetrics was asked for. */
export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Whether a scraper prefers OpenMetrics to the text format of Prometheus, by its `Accept` header. */
export function prefersOpenMetrics(accept: string | undefined): boolean {
  return weightOf(accept, 'application/openmetrics-text') > weightOf(accept, 'text/plain');
}

/**
 * The text format of Prometheus as OpenMetrics: the family of a counter is named without `_total` and its samples with it, help texts
 * escape quotes, there are no blank lines, and `# EOF` says that nothing is missing.
 */
export function openMetricsOf(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const counters = new Set<string>();
  for (const line of lines) {
    const [, name, kind] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== undefined && kind === 'counter') counters.add(name);
  }
  return `${lines.map((line) => spelled(line, counters)).join('\n')}\n# EOF\n`;
}

function spelled(line: string, counters: ReadonlySet<string>): string {
  const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
  const family = counters.has(name) ? name.replace(/_total$/, '') : name;
  if (keyword === 'TYPE') return `# TYPE ${family} ${rest === 'untyped' ? 'unknown' : rest}`;
  if (keyword === 'HELP') return `# HELP ${family} ${rest.replaceAll('"', '\\"')}`;
  const sample = /^[^\s{]+/.exec(line)?.[0] ?? '';
  return counters.has(sample) && !sample.endsWith('_total') ? `${sample}_total${line.slice(sample.length)}` : line;
}

/** How much a type is wanted; 0: not named. What is not named but covered by a wildcard is the text format. */
function weightOf(accept: string | undefined, type: string): number {
  for (const part of (accept ?? '').split(',')) {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    if (name !== type) continue;
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    return weight >= 0 && weight <= 1 ? weight : 0;
  }
  return 0;
}
