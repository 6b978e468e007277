import { readFileSync } from 'node:fs';

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly datasource: { readonly uid: string } }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string; readonly thresholds?: { readonly steps: readonly object[] } } };
  readonly options?: { readonly yAxis?: { readonly unit?: string } };
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly query: unknown }[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr: string }[] };
}

/** grafana/dashboards/classcord.json */
export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync('grafana/dashboards/classcord.json', 'utf8')) as Dashboard;
}

export interface Query {
  /** Where it stands: the panel and the letter of the query in it. */
  readonly place: string;
  readonly expr: string;
}

/** Every question that the dashboard asks of Prometheus. */
export function queriesOf({ panels, annotations }: Dashboard): Query[] {
  return [
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ refId, expr }) => ({ place: `${title} ${refId}`, expr }))),
    ...annotations.list.map(({ name, expr }) => ({ place: `annotation ${name}`, expr })),
  ];
}

/** One metric as an expression names it, with the values that its labels must have. */
export interface Selector {
  readonly name: string;
  readonly labels: readonly { readonly label: string; readonly values: readonly string[] }[];
}

/** The labels that Prometheus adds when it scrapes. */
const scraped = ['instance', 'job'];

/** The metrics of ours in a PromQL expression. */
export function selectorsOf(expr: string): Selector[] {
  return [...expr.matchAll(/\b((?:classcord|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].map(([, name = '', matchers = '']) => ({
    name,
    labels: [...matchers.matchAll(/(\w+)\s*[=!]~?\s*"([^"]*)"/g)]
      .map(([, label = '', values = '']) => ({ label, values: values.split('|') }))
      .filter(({ label }) => !scraped.includes(label)),
  }));
}
