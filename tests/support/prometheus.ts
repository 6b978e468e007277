import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { parse } from 'yaml';

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The alerts of prometheus/alerts.yml. */
export function alerts(): Alert[] {
  const { groups } = parse(readFileSync('prometheus/alerts.yml', 'utf8')) as { groups: { rules: Alert[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** Where Debian's `prometheus` package was unpacked by .ci/setup, or where PATH says. */
const places = [resolve('.ci/tools/bin'), ...(process.env['PATH'] ?? '').split(':')];

/** The path of promtool. Without it the test is skipped with the reason, and its caller returns; with `CI=true` it fails instead. */
export function findPromtool(t: TestContext): string | null {
  const found = places.map((place) => join(place, 'promtool')).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const reason = 'promtool is missing (the Debian package prometheus; .ci/setup brings it)';
  if (process.env['CI'] === 'true') throw new Error(reason);
  t.skip(reason);
  return null;
}

/** The Prometheus beside promtool: the same package holds both. */
export function findPrometheus(t: TestContext): string | null {
  const promtool = findPromtool(t);
  return promtool === null ? null : join(dirname(realpathSync(promtool)), 'prometheus');
}

export interface Verdict {
  readonly status: number | null;
  readonly output: string;
}

/** Runs promtool in the folder of the rules; null when the test was skipped. */
export function promtool(t: TestContext, args: readonly string[], input?: string): Verdict | null {
  const program = findPromtool(t);
  if (program === null) return null;
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    cwd: 'prometheus',
    encoding: 'utf8',
    timeout: 120_000,
    ...(input === undefined ? {} : { input }),
  });
  if (error !== undefined) throw error;
  return { status, output: `${stdout}${stderr}` };
}
