import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { alerts, promtool } from '../support/prometheus.ts';

interface RuleTest {
  readonly name: string;
  readonly promql_expr_test?: readonly { readonly expr: string; readonly exp_samples: readonly { readonly value: number }[] }[];
}
const ruleTests = (parse(readFileSync('prometheus/alerts.test.yml', 'utf8')) as { tests: RuleTest[] }).tests;
const texts = ['summary', 'summary_fr', 'description', 'description_fr'] as const;

test('promtool accepts the configuration and the rules', (t) => {
  const config = promtool(t, ['check', 'config', 'prometheus.yml']);
  const rules = promtool(t, ['check', 'rules', '--lint-fatal', 'alerts.yml']);

  if (config === null || rules === null) return;
  assert.equal(config.status, 0, config.output);
  assert.equal(rules.status, 0, rules.output);
});

test('every rule test passes', (t) => {
  const verdict = promtool(t, ['test', 'rules', 'alerts.test.yml']);

  if (verdict === null) return;
  assert.equal(verdict.status, 0, verdict.output);
});

test('every alert has a rule test in which it fires and one in which it is quiet', () => {
  const seen = ruleTests.flatMap(({ promql_expr_test = [] }) =>
    promql_expr_test.map(
      ({ expr, exp_samples }) => `${/alertname="(\w+)"/.exec(expr)?.[1]} ${exp_samples.length > 0 ? 'fires' : 'is quiet'}`,
    ),
  );
  const wanted = alerts().flatMap(({ alert }) => [`${alert} fires`, `${alert} is quiet`]);

  assert.ok(wanted.length >= 30, `only ${wanted.length / 2} alerts were looked at`);
  assert.deepEqual(
    wanted.filter((one) => !seen.includes(one)),
    [],
  );
});

test('every alert says how grave it is, and what it means in French and English', () => {
  for (const { alert, labels, annotations } of alerts()) {
    assert.match(labels['severity'] ?? '', /^(critical|warning|info)$/, alert);
    for (const key of texts) assert.ok((annotations[key] ?? '').length > 10, `${alert}: ${key}`);
    assert.notEqual(annotations['summary'], annotations['summary_fr'], alert);
  }
});

test('every alert leads to a heading of the runbook, which exists in both languages', () => {
  const headings = (page: string) =>
    [...readFileSync(page, 'utf8').matchAll(/^#+ (\w+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
  const french = headings('docs/guides/fr/que-faire.md');

  for (const { alert, annotations } of alerts()) {
    const [page = '', anchor = ''] = (annotations['runbook'] ?? '').split('#');
    assert.ok(existsSync(page), `${alert}: ${page}`);
    assert.ok(headings(page).includes(anchor), `${alert}: ${page} has no heading ${anchor}`);
    assert.ok(french.includes(anchor), `${alert}: the French page has no heading ${anchor}`);
  }
});

test('Prometheus asks the exporter by the name that the container file gives it', () => {
  const { scrape_configs } = parse(readFileSync('prometheus/prometheus.yml', 'utf8')) as {
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };

  assert.deepEqual(scrape_configs.find(({ job_name }) => job_name === 'classcord')?.static_configs, [
    { targets: ['socket_exporter:9091'] },
  ]);
});
