import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { logFailedLogin } from '../../server/base/failed-login.ts';
import type { Log } from '../../server/base/log.ts';
import { linesOf } from './log-lines.ts';

const json = { format: 'json' } as const;

describe('the text form', () => {
  test('a line is time, level, message and key=value', async () => {
    const lines = await linesOf({}, (log) => {
      log.info('server.start', { port: 12345, version: '1.0.0' }, 'Listening.');
      log.warn('session.close', { reason: 'slow consumer', bytes: 1 });
    });

    assert.deepEqual(lines, [
      '2026-11-22T09:00:00.123Z info  Listening. port=12345 version=1.0.0',
      '2026-11-22T09:00:00.123Z warn  session.close reason="slow consumer" bytes=1',
    ]);
  });

  test('an outcome is a word of the message', async () => {
    const lines = await linesOf({}, (log) => log.info('auth.login', { outcome: 'success', user: 'alice' }));

    assert.deepEqual(lines, ['2026-11-22T09:00:00.123Z info  auth.login success user=alice']);
  });

  test('the level is coloured on a terminal only, and not where colour is unwanted', async () => {
    const say = (log: Log) => log.error('oops');

    assert.deepEqual(await linesOf({ isTerminal: true }, say), ['2026-11-22T09:00:00.123Z \u001b[31merror\u001b[0m oops']);
    assert.deepEqual(await linesOf({ isTerminal: true, hasColor: false }, say), ['2026-11-22T09:00:00.123Z error oops']);
    assert.deepEqual(await linesOf({ isTerminal: false }, say), ['2026-11-22T09:00:00.123Z error oops']);
  });

  test('no value can end a line, move the cursor or turn the reading direction', async () => {
    const hostile = 'a\n2026 fake\r\u001b[2J\u0007\u007f\u009b\u2028\u2029\u202e\u2066\ud800';
    const lines = await linesOf({}, (log) => log.info('x', { hostile, list: [hostile], key: { deep: hostile } }, hostile));

    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines[0] ?? '', /[^\x20-\x7e]/);
    assert.ok(lines[0]?.includes('a\\u000a2026 fake\\u000d\\u001b[2J'));
  });

  test('accents and emoji stay as they are', async () => {
    assert.match((await linesOf({}, (log) => log.info('x', { room: '#général', emoji: '👩‍🏫' }))).join(), /room=#général emoji="👩‍🏫"$/);
  });
});

describe('the JSON form', () => {
  test('a line is one object with ECS names, ours under classcord.', async () => {
    const [line = ''] = await linesOf(json, (log) => log.info('session.open', { user: 'bob', ip: '::1', port: 5, dialect: 'v1' }));

    assert.deepEqual(JSON.parse(line), {
      '@timestamp': '2026-11-22T09:00:00.123Z',
      'log.level': 'info',
      message: 'session.open',
      'event.action': 'session.open',
      'service.name': 'classcord',
      'user.name': 'bob',
      'source.ip': '::1',
      'source.port': 5,
      'classcord.dialect': 'v1',
    });
  });

  test('an error is told with its type, code, stack and cause', async () => {
    const error = Object.assign(new TypeError('bad', { cause: new Error('deeper') }), { code: 'EIO' });
    const [line = ''] = await linesOf(json, (log) => log.error('internal', { error }));
    const parsed = JSON.parse(line) as Record<string, string>;

    assert.deepEqual([parsed['error.message'], parsed['error.type'], parsed['error.code']], ['bad', 'TypeError', 'EIO']);
    assert.match(parsed['error.stack_trace'] ?? '', /^TypeError: bad\n {4}at /);
    assert.equal(parsed['classcord.cause'], 'deeper');
  });

  test('hostile values stay one line, show nothing raw, and read back the same', async () => {
    const hostile = '"}\n{"x":1\r\u001b[2J\u007f\u009b\u2028\u202e';
    const lines = await linesOf(json, (log) => log.info('x', { hostile }));

    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines[0] ?? '', /[^\x20-\x7e]/);
    assert.equal((JSON.parse(lines[0] ?? '') as Record<string, string>)['classcord.hostile'], hostile);
  });

  test('auto is JSON where nobody watches, and text on a terminal', async () => {
    assert.match((await linesOf({ format: 'auto', isTerminal: false }, (log) => log.info('x'))).join(), /^\{/);
    assert.match((await linesOf({ format: 'auto', isTerminal: true }, (log) => log.info('x'))).join(), /^2026/);
  });
});

describe('what is never written', () => {
  for (const format of ['text', 'json'] as const) {
    test(`passwords, tokens and their like are redacted at any depth, in ${format}`, async () => {
      const fields = {
        password: 'hunter2',
        totp: 'hunter2',
        new_password: 'hunter2',
        headers: { Authorization: 'hunter2', list: [{ resume_token: 'hunter2', jwtSecret: 'hunter2' }] },
        map: new Map([['token', 'hunter2']]),
        error: Object.assign(new Error('x'), { password: 'hunter2' }),
      };
      const lines = await linesOf({ format }, (log) => log.info('x', fields));

      assert.doesNotMatch(lines.join(), /hunter2/);
      assert.match(lines.join(), /\[redacted\]/);
    });
  }

  test('the caller’s own object is left as it was', async () => {
    const fields = { password: 'hunter2' };
    await linesOf({}, (log) => log.info('x', fields));

    assert.equal(fields.password, 'hunter2');
  });

  test('lines below the level are not written, and isDebug says so beforehand', async () => {
    let isDebug: boolean | null = null;
    const lines = await linesOf({ level: 'warn' }, (log) => {
      isDebug = log.isDebug;
      log.debug('a');
      log.info('b');
      log.warn('c');
      log.error('d');
    });

    assert.equal(isDebug, false);
    assert.deepEqual(
      lines.map((line) => line.slice(-1)),
      ['c', 'd'],
    );
    assert.equal((await linesOf({ level: 'debug' }, (log) => log.debug('a'))).length, 1);
  });
});

test('fields that cannot be read lose their line, which is counted, and nothing else', async () => {
  const circular: Record<string, unknown> = { big: 1n, run: () => 1, when: new Date(Number.NaN) };
  circular['self'] = circular;
  const hostile = Object.defineProperty({}, 'x', { enumerable: true, get: () => assert.fail('a getter that throws') });
  let dropped = 0;
  const lines = await linesOf(json, (log) => {
    log.info('hostile', hostile);
    dropped = log.dropped;
    log.info('circular', circular);
    log.info('after');
  });

  assert.equal(dropped, 1);
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as Record<string, unknown>)['event.action']),
    ['circular', 'after'],
  );
});

describe('a failed login', () => {
  const expected = 'auth.login failure user=alice ip=192.0.2.7 reason=login_failed';
  const failure = { user: 'alice', ip: '192.0.2.7', reason: 'login_failed' };

  test('is the whole of a text line after its head', async () => {
    assert.deepEqual(await linesOf({}, (log) => logFailedLogin(log, failure)), [`2026-11-22T09:00:00.123Z warn  ${expected}`]);
  });

  test('is the message of a JSON line, beside its fields', async () => {
    const [line = ''] = await linesOf(json, (log) => logFailedLogin(log, failure));
    const parsed = JSON.parse(line) as Record<string, unknown>;

    assert.equal(parsed['message'], expected);
    assert.deepEqual(
      ['user.name', 'source.ip', 'event.outcome', 'event.reason'].map((name) => parsed[name]),
      ['alice', '192.0.2.7', 'failure', 'login_failed'],
    );
  });

  const names = [
    ['a b', 'a%20b'],
    ['bob ip=9.9.9.9 reason=x\n', 'bob%20ip%3D9.9.9.9%20reason%3Dx%0A'],
    ['50%', '50%25'],
    ['Zoé', 'Zo%C3%A9'],
    ['\ud800', '%EF%BF%BD'],
    ['', '-'],
    ['x'.repeat(1000), 'x'.repeat(64)],
  ] as const;
  for (const [name, shown] of names) {
    test(`shows the name ${JSON.stringify(name.slice(0, 30))} as ${shown.slice(0, 40)}`, async () => {
      const lines = await linesOf({}, (log) => logFailedLogin(log, { ...failure, user: name }));

      assert.deepEqual(lines, [`2026-11-22T09:00:00.123Z warn  auth.login failure user=${shown} ip=192.0.2.7 reason=login_failed`]);
    });
  }
});
