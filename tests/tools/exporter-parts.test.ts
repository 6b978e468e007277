import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Counter, Gauge, Registry } from 'prom-client';
import { Collector, type CollectorOptions } from '../../exporter/collector.ts';
import { pageFigures } from '../../exporter/figures.ts';
import { listenHttp } from '../../exporter/http.ts';
import { lookAt } from '../../exporter/look.ts';
import { merge } from '../../exporter/merge.ts';
import { Reader } from '../../exporter/reader.ts';
import type { Reading } from '../../exporter/reading.ts';
import { processMetrics } from '../../server/base/process-metrics.ts';
import { until } from '../support/server-process.ts';
import { folder } from './cli-run.ts';
import { seriesOf } from './exporter-process.ts';

const now = Date.UTC(2026, 8, 1);
const figures = {
  classcord_users_registered: { all: 3 },
  classcord_channels: { public: 1, private: 0 },
  classcord_messages_stored: { channel: 5, private: 2 },
  classcord_db_size_bytes: { all: 4096 },
  classcord_db_wal_bytes: { all: 0 },
  classcord_search_lag_seconds: { all: 0 },
  classcord_db_schema_version: { all: 2 },
};

/** What a node stores. */
async function snapshot(node: string, at: number, fill: (registry: Registry) => void) {
  const registry = new Registry();
  fill(registry);
  return { node, at, json: JSON.stringify(await registry.getMetricsAsJSON()) };
}

const counted = (value: number) => (registry: Registry) =>
  new Counter({ name: 'classcord_messages_received_total', help: 'x', labelNames: ['kind'], registers: [registry] }).inc(
    { kind: 'channel' },
    value,
  );

describe('merging', () => {
  test('adds counters of nodes up, and keeps the earliest start of a process, which prom-client drops', async () => {
    const one = await snapshot('n1', now, (registry) => {
      counted(2)(registry);
      new Gauge({ name: 'process_start_time_seconds', help: 'x', aggregator: 'omit', registers: [registry] }).set(200);
    });
    const other = await snapshot('n2', now, (registry) => {
      counted(3)(registry);
      new Gauge({ name: 'process_start_time_seconds', help: 'x', aggregator: 'omit', registers: [registry] }).set(100);
    });
    const series = seriesOf(await merge([one, other]).metrics());

    assert.equal(series.get('classcord_messages_received_total{kind="channel"}'), 5);
    assert.equal(series.get('process_start_time_seconds'), 100);
  });

  test('what was not a number stays none: it does not become 0', async () => {
    const one = await snapshot('n1', now, (registry) => {
      new Gauge({ name: 'lag', help: 'x', registers: [registry] }).set(Number.NaN);
    });

    assert.ok(Number.isNaN(seriesOf(await merge([one]).metrics()).get('lag')));
  });

  test('of a real process nothing is lost', async () => {
    const registry = new Registry();
    processMetrics(registry);
    const inside = seriesOf(await registry.metrics());
    const json = JSON.stringify(await registry.getMetricsAsJSON());

    const outside = seriesOf(await merge([{ node: 'n1', at: now, json }]).metrics());
    assert.deepEqual([...outside.keys()].sort(), [...inside.keys()].sort());
  });
});

describe('a look', () => {
  const look = async (ageMs: number, staleMs = 10_000) =>
    lookAt({ snapshots: [await snapshot('n1', now - ageMs, counted(1))], figures }, { now, staleMs });

  test('sees a server up to the age that was set, and a clock that was put back for no longer', async () => {
    assert.equal((await look(10_000)).down, null);
    assert.equal((await look(10_001)).down?.reason, 'stale');
    assert.equal((await look(-9000)).down, null);
    assert.equal((await look(-11_000)).down?.reason, 'stale');
    assert.equal((await look(3000, 2000)).down?.reason, 'stale');
  });

  test('at something that is no snapshot is a server that is not up, and no failure', async () => {
    for (const json of ['', 'null', '[]x', '[{"name":"x"}]', '[{"name":"x","aggregator":"none","values":[]}]']) {
      const { down, text } = await lookAt({ snapshots: [{ node: 'n1', at: now, json }], figures }, { now, staleMs: 10_000 });
      assert.deepEqual([json, down?.reason, text], [json, 'unreadable', '']);
    }
    assert.equal((await lookAt({ snapshots: [], figures }, { now, staleMs: 10_000 })).down?.reason, 'none');
  });

  test('leaves out the nodes that have gone', async () => {
    const snapshots = [await snapshot('n1', now, counted(1)), await snapshot('n2', now - 60_000, counted(100))];
    const { text } = await lookAt({ snapshots, figures }, { now, staleMs: 10_000 });

    assert.match(text, /total\{kind="channel"\} 1$/m);
  });

  test('and the one before it give messages per second; a restart between them gives none', async () => {
    const at = async (when: number, count: number) =>
      lookAt({ snapshots: [await snapshot('n1', when, counted(count))], figures }, { now: when, staleMs: 10_000 });
    const [first, second] = [await at(now, 10), await at(now + 2000, 30)];

    assert.equal(pageFigures(second, first).messagesPerSecond, 10);
    assert.equal(pageFigures(first, second).messagesPerSecond, null);
    assert.equal(pageFigures(second, null).messagesPerSecond, null);
  });
});

describe('scrapes', () => {
  /** A collector over readings that end when the test says so. */
  function set(options: Partial<CollectorOptions> = {}) {
    const waiting: (() => void)[] = [];
    const changes: (string | null)[] = [];
    let reads = 0;
    let time = now;
    const read = () => {
      reads += 1;
      return new Promise<Reading>((resolve) => waiting.push(() => resolve({ snapshots: [], figures })));
    };
    const collector = new Collector({
      reader: { read },
      staleMs: 10_000,
      version: '1',
      now: () => time,
      onChange: (down) => changes.push(down?.reason ?? null),
      ...options,
    });
    const finish = () => {
      for (const go of waiting.splice(0)) go();
    };
    return { collector, finish, changes, reads: () => reads, pass: (ms: number) => (time += ms) };
  }

  test('of the same second are one reading', async () => {
    const { collector, finish, reads, pass, changes } = set();
    const first = [collector.text(), collector.text(), collector.text()];
    finish();
    await Promise.all(first);
    pass(999);
    await collector.text();
    assert.equal(reads(), 1);

    pass(1);
    const next = collector.text();
    finish();
    await next;
    assert.equal(reads(), 2);
    assert.deepEqual(changes, ['none'], 'what has not changed is told once');
  });

  test('beyond ten at once are refused with 503, and health is answered all the same', { timeout: 240_000 }, async (t) => {
    const { collector, finish } = set();
    const http = await listenHttp({ host: '127.0.0.1', port: 0, lang: 'en' }, collector);
    t.after(() => http.close());
    const pages = Array.from({ length: 10 }, () => statusOf(t, `http://${http.address}/metrics`));
    const crowded = async () => (await statusOf(t, `http://${http.address}/metrics`)) === 503;

    while (!(await Promise.race([crowded(), new Promise<boolean>((resolve) => setTimeout(resolve, 200, true))])));
    assert.equal(await statusOf(t, `http://${http.address}/metrics`), 503);
    assert.equal(await statusOf(t, `http://${http.address}/healthz`), 200);
    finish();
    assert.deepEqual(
      await Promise.all(pages),
      Array.from({ length: 10 }, () => 200),
    );
    assert.equal(await statusOf(t, `http://${http.address}/metrics`), 200);
  });

  test('of a disk that hangs are answered within the time, and of one that is back as before', { timeout: 240_000 }, async (t) => {
    const data = folder(t);
    const file = join(data, 'classcord.db');
    // Opening a pipe that nobody writes to hangs, as a file on a lost network disk does.
    assert.equal(spawnSync('mkfifo', [file]).status, 0);
    for (const end of ['-wal', '-shm']) writeFileSync(`${file}${end}`, '');
    const reader = new Reader(file, 2000);
    t.after(() => reader.close());
    const problem = async () => {
      const reading = await reader.read();
      return 'problem' in reading ? reading.problem : 'none';
    };

    assert.equal(await problem(), 'slow');

    rmSync(file);
    await until(async () => (await problem()) === 'missing', 'the reading process of after');
  });

  test('do not end a reading process that takes longer to start than they have: a later one has its answer', {
    timeout: 240_000,
  }, async (t) => {
    const reader = new Reader(join(folder(t), 'classcord.db'), 50);
    t.after(() => reader.close());
    const reading = async () => {
      const read = await reader.read();
      return 'problem' in read ? read.problem : 'none';
    };
    assert.equal(await reading(), 'slow', 'no process starts so soon');
    await until(async () => (await reading()) === 'missing', 'a reading');
  });

  test('survive the reading process: its end is a reading that failed, and the next look has another one', {
    timeout: 240_000,
  }, async (t) => {
    const reader = new Reader(join(folder(t), 'classcord.db'), 10_000);
    t.after(() => reader.close());
    await reader.read();
    const [child] = childrenOf(process.pid).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('reading-process'));

    process.kill(child ?? 0, 'SIGKILL');
    await until(async () => {
      const reading = await reader.read();
      return 'problem' in reading && reading.problem === 'missing';
    }, 'another reading process');
    assert.ok(!existsSync(`/proc/${child}`));
  });
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** Asks on a connection of its own. */
function statusOf(t: TestContext, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    }).on('error', reject);
    t.after(() => request.destroy());
  });
}
