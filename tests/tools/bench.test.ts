import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figures } from '../../tools/bench/figures.ts';
import { knownFigures, medianFigures, ratios } from '../../tools/bench/figures.ts';
import { FrameScanner, isWhole, measuredLines, sampleLine } from '../../tools/bench/frames.ts';
import { Histogram, median } from '../../tools/bench/histogram.ts';
import type { Faults } from '../../tools/bench/ledger.ts';
import { describeFaults, Ledger, noFaults } from '../../tools/bench/ledger.ts';
import { faultsOf, formatTable } from '../../tools/bench/report.ts';
import { cpuSeconds, processTree, rssBytes } from '../../tools/bench/usage.ts';
import { pickWorkloads } from '../../tools/bench/workloads.ts';

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe('the bench’s histogram', () => {
  test('gives quantiles to within 2 %, from microseconds to minutes', () => {
    for (const scale of [1, 1000, 60_000]) {
      const histogram = new Histogram();
      for (let value = 1; value <= 1000; value += 1) histogram.add(value * scale);

      for (const [q, expected] of [
        [0.5, 500],
        [0.99, 990],
        [1, 1000],
      ] as const) {
        const found = histogram.quantile(q) ?? 0;
        assert.ok(Math.abs(found / (expected * scale) - 1) < 0.02, `${q} of 1..1000 × ${scale} was ${found}`);
      }
    }
  });

  test('has no quantile while it is empty, and takes a clock that went back for 0', () => {
    const histogram = new Histogram();
    assert.equal(histogram.quantile(0.5), undefined);

    histogram.add(-5);

    assert.equal(histogram.count, 1);
    assert.equal(histogram.quantile(0.99), 0);
  });
});

describe('the bench’s medians and ratios', () => {
  test('the median is the middle one, or the mean of the middle two', () => {
    assert.equal(median([]), undefined);
    assert.equal(median([7]), 7);
    assert.equal(median([9, 1, 10]), 9);
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });

  test('a figure that is not available stays out instead of being a guess', () => {
    assert.deepEqual(knownFigures({ p50_ms: 1, cpu_us_per_delivery: undefined, p99_ms: Number.NaN }), { p50_ms: 1 });
    assert.deepEqual(medianFigures([{ p50_ms: 1 }, { p50_ms: 3, p99_ms: 8 }]), { p50_ms: 2, p99_ms: 8 });
  });

  test('ratios pair the rounds, for figures that can be better', () => {
    const before = [{ cpu_us_per_delivery: 2, messages_per_s: 5 }, { cpu_us_per_delivery: 4 }, { cpu_us_per_delivery: 1 }];
    const after = [{ cpu_us_per_delivery: 1, messages_per_s: 6 }, { cpu_us_per_delivery: 4 }, { cpu_us_per_delivery: 3 }];

    assert.deepEqual(ratios(before, after), [{ figure: 'cpu_us_per_delivery', rounds: [0.5, 1, 3], median: 1 }]);
  });
});

describe('the bench’s ledger', () => {
  const play = (sequences: readonly number[], sent: number) => {
    const faults = noFaults();
    const ledger = new Ledger(2, 2, faults);
    for (const sequence of sequences) ledger.arrive(1, 1, sequence);
    ledger.close(1, 1, sent);
    return describeFaults(faults);
  };

  test('finds nothing in a complete, ordered stream', () => {
    assert.equal(play([0, 1, 2, 3], 4), '');
  });

  test('tells lost, repeated and reordered apart', () => {
    assert.equal(play([0, 1, 3], 4), '1 lost');
    assert.equal(play([0, 1], 4), '2 lost');
    assert.equal(play([0, 1, 1, 2, 0], 3), '2 repeated');
    assert.equal(play([0, 2, 1, 3], 4), '1 reordered');
    assert.equal(play([2, 0, 0], 4), '2 lost, 1 repeated, 1 reordered');
  });

  test('says in which round what went wrong', () => {
    const good = { figures: {}, faults: noFaults(), refusal: '' };
    const bad = { figures: {}, faults: { ...noFaults(), refused: 2 }, refusal: '{"type": "error"}' };

    assert.equal(faultsOf([good, good]), '');
    assert.equal(faultsOf([good, bad]), 'round 2: 2 refused: {"type": "error"}');
  });
});

describe('the bench’s frame scanner', () => {
  const sample = sampleLine(7, { type: 'message', subtype: 'global' });
  const measured = measuredLines(sample, { sentAt: 4_000_000_000, sequence: 254, count: 3 });
  const relayed = (line: string) =>
    line.replace(/\}$/, ', "from": "u7", "timestamp": "2026-11-22T09:00:00.000001"}').replaceAll('":"', '": "');
  const [first = '', second = '', third = ''] = measured.toString().trimEnd().split('\n').map(relayed);
  const status = '{"type": "status", "user": "é", "state": "online"}';
  const stream = Buffer.from(`${[first, status, second, '', third].join('\n')}\n`);

  const scan = (chunks: readonly Buffer[]) => {
    const seen: unknown[] = [];
    const scanner = new FrameScanner((frame) => {
      const text = frame.bytes.toString('utf8', frame.start, frame.end);
      seen.push(frame.isMeasured ? [frame.sentAt, frame.sender, frame.sequence, text] : text);
    });
    for (const chunk of chunks) scanner.push(chunk);
    return seen;
  };
  const expected = [[4_000_000_000, 7, 254, first], status, [4_000_000_000, 7, 255, second], '', [4_000_000_000, 7, 256, third]];

  test('reads the stamps of measured messages and hands over every other line', () => {
    assert.deepEqual(scan([stream]), expected);
  });

  test('does so wherever the chunks are cut', () => {
    for (let cut = 1; cut < stream.length; cut += 1) assert.deepEqual(scan([stream.subarray(0, cut), stream.subarray(cut)]), expected);
    assert.deepEqual(scan(Array.from(stream, (byte) => Buffer.of(byte))), expected);
  });

  test('keeps what it needs when the chunk’s buffer is used again', () => {
    const buffer = Buffer.from(stream.subarray(0, 30));
    const seen: boolean[] = [];
    const scanner = new FrameScanner((frame) => seen.push(frame.isMeasured));

    scanner.push(buffer);
    buffer.fill(0);
    scanner.push(stream.subarray(30));

    assert.deepEqual(seen, [true, false, true, false, true]);
  });

  test('does not take a truncated or damaged message for a measured one', () => {
    const cut = Buffer.from(`${first.slice(0, 100)}\n${second}\n`);
    assert.deepEqual(
      scan([cut]).map((line) => typeof line),
      ['string', 'object'],
    );

    const { content } = JSON.parse(first) as { content: string };
    assert.ok(isWhole(content));
    assert.ok(!isWhole(content.replace('xxx', 'xyx')));
    assert.ok(!isWhole(content.replace('x', '')));
  });
});

describe('the bench’s command', () => {
  test('workloads are picked by name or family, in the order of running, and a wrong name lists the right ones', () => {
    assert.deepEqual(
      pickWorkloads(['pairs', 'fanout-100x1'], false).map(({ name }) => name),
      ['fanout-100x1', 'pairs-50'],
    );
    assert.equal(pickWorkloads([], false).length, 15);
    assert.equal(pickWorkloads(['idle'], true)[0]?.clients, 1000);
    assert.throws(() => pickWorkloads(['fanout-10'], false), /There is no workload 'fanout-10'\. There are: fanout-10x1, /);
  });

  test('a table is aligned: names to the left, numbers to the right', () => {
    assert.equal(
      formatTable(
        ['', 'msg/s', 'ok'],
        [
          ['a', '1', 'yes'],
          ['long', '1,000', 'no'],
        ],
      ),
      '      msg/s  ok\na         1  yes\nlong  1,000  no',
    );
  });

  test('times and memory are those of the process, or not available', {
    skip: process.platform === 'linux' ? false : 'needs /proc',
  }, () => {
    const before = cpuSeconds([process.pid]) ?? Number.NaN;
    const used = process.cpuUsage();
    while (process.cpuUsage(used).user < 100_000);

    assert.ok((cpuSeconds([process.pid]) ?? 0) - before >= 0.08);
    assert.ok((rssBytes([process.pid]) ?? 0) > 10_000_000);
    assert.ok(processTree(process.ppid).includes(process.pid));
    assert.equal(cpuSeconds([0]), undefined);
  });

  const bench = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', file('tools/bench/main.ts'), ...args], { cwd: file('.'), timeout: 240_000 });

  test('a wrong option is refused with exit code 2 before anything is started', async () => {
    await assert.rejects(bench('--seconds', 'many'), { code: 2 });
    await assert.rejects(bench('--server', 'node server.js'), { code: 2 });
  });

  test('a server that does not start is told with its last words and exit code 8', async () => {
    await assert.rejects(
      bench('--quick', '--only', 'pairs', '--server', 'sh -c "echo no luck; exit 3" {port}'),
      (error: Error & { code: number; stderr: string }) => {
        assert.equal(error.code, 8);
        assert.match(error.stderr, /ended with exit code 3[\s\S]*no luck/);
        return true;
      },
    );
  });

  test('measures the real server: messages are delivered, and none is lost', async () => {
    const { stdout } = await bench('--quick', '--only', 'fanout-10x1,steady-10x1', '--seconds', '0.3', '--rounds', '1', '--json');

    const report = JSON.parse(stdout) as {
      results: { workload: string; correct: boolean; rounds: { figures: Figures; faults: Faults }[] }[];
    };
    assert.deepEqual(
      report.results.map(({ workload }) => workload),
      ['fanout-10x1', 'steady-10x1'],
    );
    const [result, steady] = report.results;
    assert.ok((result?.rounds[0]?.figures.delivered ?? 0) > 0);
    assert.equal(result?.rounds[0]?.faults.lost, 0);
    assert.equal(result?.correct, true);
    const { sent = 0, delivered = 0 } = steady?.rounds[0]?.figures ?? {};
    assert.ok(sent > 0 && sent <= 100, `${sent} in 0.3 s at 20 a second`);
    assert.ok(delivered > 0);
    assert.equal(steady?.correct, true);
  });
});
