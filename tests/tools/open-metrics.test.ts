import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { openMetricsOf, prefersOpenMetrics } from '../../exporter/open-metrics.ts';
import { createMetrics } from '../../server/base/metrics.ts';

test('the text of Prometheus becomes OpenMetrics: families of counters without _total, quotes escaped, an end and no blank lines', async () => {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'lines_total', help: 'Lines that "people" sent.', labelNames: ['kind'], registers }).inc({ kind: '# TYPE x' }, 2);
  new Gauge({ name: 'people', help: 'Here.', registers }).set(3);
  new Histogram({ name: 'wait_seconds', help: 'Wait.', buckets: [0.5], registers }).observe(1);

  const text = openMetricsOf(`${await registry.metrics()}\n`);

  assert.deepEqual(text.split('\n'), [
    '# HELP lines Lines that \\"people\\" sent.',
    '# TYPE lines counter',
    'lines_total{kind="# TYPE x"} 2',
    '# HELP people Here.',
    '# TYPE people gauge',
    'people 3',
    '# HELP wait_seconds Wait.',
    '# TYPE wait_seconds histogram',
    'wait_seconds_bucket{le="0.5"} 0',
    'wait_seconds_bucket{le="+Inf"} 1',
    'wait_seconds_sum 1',
    'wait_seconds_count 1',
    '# EOF',
    '',
  ]);
});

test('no series of the server is called otherwise in OpenMetrics', async () => {
  const text = await createMetrics({ closeReasons: ['gone'], errorCodes: ['internal'], requests: ['ping'] }, '1').registry.metrics();

  const seriesOf = (page: string) => page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  assert.ok(seriesOf(text).length > 100);
  assert.deepEqual(seriesOf(openMetricsOf(text)), seriesOf(text));
});

test('OpenMetrics is for those who prefer it', () => {
  const prometheus =
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

  assert.deepEqual(
    [prometheus, 'application/openmetrics-text', 'text/plain, application/openmetrics-text;q=0.5', '*/*', 'text/html', undefined].map(
      prefersOpenMetrics,
    ),
    [true, true, false, false, false, false],
  );
});
