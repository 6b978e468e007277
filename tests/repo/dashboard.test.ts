import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { queriesOf, readDashboard } from '../support/dashboard.ts';

const dashboard = readDashboard();
const panels = dashboard.panels.filter(({ type }) => type !== 'row');

test('every panel asks the data source that is chosen, and says what it shows in both languages', () => {
  assert.ok(panels.length >= 25, `only ${panels.length} panels were looked at`);
  for (const { title, targets = [], datasource, description = '' } of panels) {
    assert.equal(datasource?.uid, `\${datasource}`, title);
    assert.ok(targets.length > 0, title);
    for (const target of targets) assert.equal(target.datasource.uid, `\${datasource}`, title);
    assert.match(description, /^[^\n]{10,}\n\n\*[^\n]{10,}\*$/, title);
  }
  assert.equal(dashboard.templating.list.find(({ name }) => name === 'datasource')?.type, 'datasource');
});

test('every panel has a unit', () => {
  const units = panels.map(({ title, fieldConfig, options }) => [title, fieldConfig?.defaults.unit ?? options?.yAxis?.unit]);

  assert.deepEqual(
    units.filter(([, unit]) => unit === undefined),
    [],
  );
});

test('panels have ids of their own, lie side by side, and fill every line', () => {
  const cells = new Map<string, string>();
  for (const { title, gridPos } of dashboard.panels) {
    assert.ok(gridPos.x + gridPos.w <= 24, title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        assert.equal(cells.get(`${x},${y}`), undefined, `${title} lies over ${cells.get(`${x},${y}`)}`);
        cells.set(`${x},${y}`, title);
      }
    }
  }
  const height = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));

  assert.equal(cells.size, 24 * height);
  assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
});

test('the dashboard shows what the issue of an evening is found with', () => {
  const asked = queriesOf(dashboard).map(({ expr }) => expr);
  const heatmaps = panels.filter(({ type }) => type === 'heatmap').flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

  for (const name of [
    'classcord_connections',
    'classcord_messages_received_total',
    'classcord_request_errors_total',
    'classcord_event_loop_lag_seconds',
    'classcord_db_operation_duration_seconds_bucket',
    'classcord_db_wal_bytes',
    'process_resident_memory_bytes',
    'classcord_rate_limited_total',
    'classcord_connections_rejected_total',
  ]) {
    assert.ok(
      asked.some((expr) => expr.includes(name)),
      name,
    );
  }
  assert.ok(heatmaps.some((expr) => expr.includes('classcord_delivery_duration_seconds_bucket')));
});

test('Grafana finds the dashboard and its data source, and expects figures as often as Prometheus fetches them', () => {
  const read = <T>(path: string) => parse(readFileSync(path, 'utf8')) as T;
  const { providers } = read<{ providers: { options: { path: string } }[] }>('grafana/provisioning/dashboards/classcord.yml');
  const { datasources } = read<{ datasources: { type: string; url: string; jsonData: { timeInterval: string } }[] }>(
    'grafana/provisioning/datasources/prometheus.yml',
  );
  const { global } = read<{ global: { scrape_interval: string } }>('prometheus/prometheus.yml');

  assert.equal(providers[0]?.options.path, '/etc/grafana/dashboards');
  assert.deepEqual([datasources[0]?.type, datasources[0]?.url], ['prometheus', 'http://prometheus:9090']);
  assert.equal(datasources[0]?.jsonData.timeInterval, global.scrape_interval);
});
