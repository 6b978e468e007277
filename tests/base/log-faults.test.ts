import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { CommandError } from '../../server/base/exit-codes.ts';
import { createLog, type Log, type LogOptions } from '../../server/base/log.ts';
import { FileOutlet } from '../../server/base/log-file.ts';
import { folder } from './log-lines.ts';

const quiet = { format: 'json', level: 'info', isTerminal: false } as const;

function fileLog(file: string, more: Partial<LogOptions> = {}): Log {
  return createLog({ ...quiet, file, stream: new PassThrough().resume(), ...more });
}

describe('the log file', () => {
  test('gets every line, as JSON without colours, and is complete when close resolves', async (t) => {
    const file = join(folder(t), 'deep/er/classcord.log');
    const log = fileLog(file, { format: 'auto', isTerminal: true });
    for (let index = 0; index < 1000; index++) log.info('line', { index });
    await log.close();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');

    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as Record<string, unknown>)['classcord.index']),
      Array.from({ length: 1000 }, (_, index) => index),
    );
    assert.equal(log.dropped, 0);
    assert.equal(statSync(file).mode & 0o007, 0, 'addresses of people are not for everybody');
  });

  test('is continued by the next start, and rotated when full: the newest lines stay, in so many files', async (t) => {
    const path = folder(t);
    const file = join(path, 'classcord.log');
    writeFileSync(file, 'before\n');
    for (let index = 0; index < 100; index++) {
      const log = fileLog(file, { rotation: { maxBytes: 1000, maxFiles: 3 } });
      log.info('line', { index });
      await log.close();
    }
    const names = ['classcord.log', 'classcord.log.1', 'classcord.log.2'];
    const indexes = names
      .toReversed()
      .flatMap((name) => [...readFileSync(join(path, name), 'utf8').matchAll(/index":(\d+)/g)].map(([, index]) => Number(index)));

    assert.deepEqual(readdirSync(path).toSorted(), names);
    for (const name of names) assert.ok(statSync(join(path, name)).size <= 1000, name);
    assert.deepEqual(
      indexes,
      Array.from({ length: indexes.length }, (_, index) => 100 - indexes.length + index),
    );
    assert.ok(indexes.length > 10);
  });

  test('that cannot be opened is a fault of the configuration, in one line', (t) => {
    const path = folder(t);

    assert.throws(
      () => fileLog(path),
      (error) =>
        error instanceof CommandError && error.exit === 'config' && /^log\.file = ".*" cannot be opened \(EISDIR\)/.test(error.message),
    );
  });

  test('goes on in the old file when it cannot be rotated', async (t) => {
    const path = folder(t);
    const file = join(path, 'classcord.log');
    writeFileSync(join(path, 'classcord.log.1'), '');
    const log = fileLog(file, { rotation: { maxBytes: 10, maxFiles: 2 } });
    log.info('first');
    while (statSync(file).size === 0) await new Promise(setImmediate);
    // A folder in the way, which cannot be replaced by a file.
    rmSync(`${file}.1`);
    mkdirSync(`${file}.1/full`, { recursive: true });
    log.info('second');
    await log.close();

    assert.match(readFileSync(file, 'utf8'), /first.*\n.*second/);
    assert.equal(log.dropped, 0);
  });
});

describe('a full disk', () => {
  test('loses lines, which are counted, and neither throws nor holds up the other output', async () => {
    const stream = new PassThrough();
    const log = fileLog('/dev/full', { stream });
    for (let index = 0; index < 10; index++) log.info('line', { index });
    await log.close();

    assert.equal(log.dropped, 10);
    assert.equal(String(stream.read()).match(/\n/g)?.length, 10);
  });

  test('is over when there is room again: the next lines are written, each on a line of its own', async (t) => {
    const file = join(folder(t), 'x.log');
    const [full, room] = [openSync('/dev/full', 'a'), openSync(file, 'a')];
    let descriptor = full;
    const outlet = new FileOutlet({ next: async () => descriptor, close: async () => {} });
    outlet.write('lost');
    while (outlet.dropped === 0) await new Promise(setImmediate);
    descriptor = room;
    outlet.write('kept');
    await outlet.close();
    for (const open of [full, room]) closeSync(open);

    assert.equal(readFileSync(file, 'utf8'), 'kept\n');
    assert.equal(outlet.dropped, 1);
  });
});

describe('standard output', () => {
  const script = `
    import { writeSync } from 'node:fs';
    import { createLog } from ${JSON.stringify(import.meta.resolve('../../server/base/log.ts'))};
    const log = createLog({ format: 'json', level: 'info', file: '', isTerminal: false });
    let turns = 0;
    const timer = setInterval(() => {
      for (let index = 0; index < 50; index++) log.info('line', { filler: 'x'.repeat(1000) });
      if (++turns < 60) return;
      clearInterval(timer);
      const began = performance.now();
      log.close().then(() => {
        writeSync(2, JSON.stringify({ turns, dropped: log.dropped, closeMs: Math.round(performance.now() - began) }));
        process.exit(0);
      });
    }, 5);`;

  for (const [what, spoil] of [
    ['whose reader has gone', (stdout: NodeJS.ReadableStream & { destroy(): void }) => stdout.destroy()],
    ['whose reader has stopped reading', (stdout: NodeJS.ReadableStream) => stdout.pause()],
  ] as const) {
    test(`${what} loses lines, which are counted, and does not stop the program`, { timeout: 240_000 }, async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      spoil(child.stdout);
      let said = '';
      child.stderr.on('data', (chunk) => (said += String(chunk)));
      const [code] = (await once(child, 'exit')) as [number];
      child.stdout.destroy();

      assert.equal(code, 0, said);
      const { turns, dropped, closeMs } = JSON.parse(said) as Record<string, number>;
      assert.equal(turns, 60);
      assert.ok((dropped ?? 0) > 500, `${dropped} of 3000 lines were counted as lost`);
      assert.ok((closeMs ?? Infinity) < 20_000, `close took ${closeMs} ms`);
    });
  }
});
