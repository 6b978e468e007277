import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { TOTP, URI } from 'otpauth';
import { renderUnicodeCompact } from 'uqr';
import { type Client, connect, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ask, people, refused } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';

const password = 'password of alice';
const set = ['limits.ping_s=100000', 'limits.idle_s=100000'];

interface Enrolled {
  readonly server: TestServer;
  readonly clock: FakeClock;
  readonly alice: Client;
  readonly secret: string;
  readonly recovery: readonly string[];
  /** The code of so many seconds from now. */
  readonly code: (inS?: number) => string;
}

/** alice, whose logins need a code; half a minute has passed since she confirmed it. */
async function enrolled(t: TestContext, more: readonly string[] = []): Promise<Enrolled> {
  const clock = new FakeClock();
  const server = await startServer(t, { clock, set: [...set, ...more] });
  const { alice } = await people(t, server, { alice: [] });
  const { secret, uri } = await ask(alice, { type: 'totp', op: 'enrol', password });
  const codes = URI.parse(String(uri));
  assert.ok(codes instanceof TOTP && codes.secret.base32 === secret);
  const code = (inS = 0) => codes.generate({ timestamp: clock.now() + inS * 1000 });
  const { recovery_codes: recovery } = await ask(alice, { type: 'totp', op: 'confirm', code: code() });
  clock.advance(30_000);
  return { server, clock, alice, secret: String(secret), recovery: recovery as string[], code };
}

/** A login on a connection of its own: `ok`, or the code of the refusal. */
async function attempt(t: TestContext, server: TestServer, more: Readonly<Record<string, unknown>>): Promise<unknown> {
  const client = await upgrade(await connect(t, server));
  client.send({ type: 'login', ref: 'l', username: 'alice', password, ...more });
  const { status, code } = await client.expect({ ref: 'l' });
  client.reset();
  return status ?? code;
}

describe('one-time codes', () => {
  test('are in force once the first was given; then a login wants a code, and the password first', async (t) => {
    const clock = new FakeClock();
    const server = await startServer(t, { clock, set });
    const { alice } = await people(t, server, { alice: [] });
    await refused(alice, { type: 'totp', op: 'enrol', password: 'wrong' }, 'login_failed');
    await refused(alice, { type: 'totp', op: 'enrol' }, 'invalid_field');
    await refused(alice, { type: 'totp', op: 'confirm', code: '123456' }, 'not_found');
    const { secret, uri } = await ask(alice, { type: 'totp', op: 'enrol', password });
    assert.match(
      String(uri),
      /^otpauth:\/\/totp\/ClassCord:alice\?issuer=ClassCord&secret=[A-Z2-7]{32}&algorithm=SHA1&digits=6&period=30$/,
    );
    assert.ok(String(uri).includes(String(secret)));
    assert.equal(await attempt(t, server, {}), 'ok', 'it was not confirmed');
    const code = URI.parse(String(uri)).generate({ timestamp: clock.now() } as never);

    await refused(alice, { type: 'totp', op: 'confirm', code: code === '000000' ? '000001' : '000000' }, 'totp_failed');
    const { enabled, recovery_codes: recovery } = await ask(alice, {
      type: 'totp',
      op: 'confirm',
      code: ` ${code.slice(0, 3)} ${code.slice(3)}`,
    });
    assert.equal(enabled, true);
    assert.equal(new Set(recovery as string[]).size, 10);
    await refused(alice, { type: 'totp', op: 'enrol', password }, 'conflict');

    assert.equal(await attempt(t, server, {}), 'totp_required');
    assert.equal(await attempt(t, server, { password: 'wrong' }), 'login_failed');
    assert.equal(await attempt(t, server, { password: 'wrong', totp: code }), 'login_failed');
    clock.advance(30_000);
    const next = URI.parse(String(uri)).generate({ timestamp: clock.now() } as never);
    assert.equal(await attempt(t, server, { totp: next }), 'ok');
  });

  test('that a login lacks are asked for, which is no failed login; wrong ones are one', async (t) => {
    const { server, code } = await enrolled(t);
    const failures = () =>
      server
        .log()
        .split('\n')
        .filter((line) => line.includes('"auth.login failure '));

    assert.equal(await attempt(t, server, {}), 'totp_required');
    assert.deepEqual(failures(), []);
    assert.match(server.log(), /"event\.action":"auth\.code_asked".*"user\.name":"alice"/);

    assert.equal(await attempt(t, server, { totp: code(-3600) }), 'totp_failed');
    assert.equal(failures().length, 1);
    const figures = await server.app.telemetry.metrics.registry.metrics();
    assert.match(figures, /^classcord_mfa_challenges_total 1$/m);
    assert.match(figures, /^classcord_mfa_failures_total 1$/m);
    assert.match(figures, /^classcord_login_failures_total\{reason="other"\} 1$/m);
  });

  test('are each taken once, also the one that confirmed them, and none from before the last', async (t) => {
    const { server, clock, code } = await enrolled(t);
    const confirming = code(-30);

    assert.equal(await attempt(t, server, { totp: confirming }), 'totp_failed');
    const now = code();
    assert.deepEqual([await attempt(t, server, { totp: now }), await attempt(t, server, { totp: now })], ['ok', 'totp_failed']);
    clock.advance(30_000);
    const before = code();
    clock.advance(30_000);
    assert.deepEqual([await attempt(t, server, { totp: code() }), await attempt(t, server, { totp: before })], ['ok', 'totp_failed']);
  });

  test('of one step before and after count, and no others', async (t) => {
    const { server, clock, code } = await enrolled(t);
    clock.advance(300_000);

    assert.equal(await attempt(t, server, { totp: code(-60) }), 'totp_failed');
    assert.equal(await attempt(t, server, { totp: code(60) }), 'totp_failed');
    assert.equal(await attempt(t, server, { totp: code(-30) }), 'ok');
    assert.equal(await attempt(t, server, { totp: code(30) }), 'ok');
  });

  test('have ten recovery codes in their place, each good once, however they are typed', async (t) => {
    const { server, alice, recovery } = await enrolled(t);
    const [first = '', second = ''] = recovery;

    assert.deepEqual([await attempt(t, server, { totp: first }), await attempt(t, server, { totp: first })], ['ok', 'totp_failed']);
    assert.equal(await attempt(t, server, { totp: second.toUpperCase().replaceAll('-', ' ') }), 'ok');

    assert.deepEqual(await statusOf(alice), { enabled: true, recovery_codes_left: 8 });
  });

  test('may be tried five times, then one in three minutes, per address; a right one clears that', async (t) => {
    const { server, clock, code } = await enrolled(t);
    const wrong = () => (code() === '111111' ? '222222' : '111111');
    const tries = async (count: number) => {
      const outcomes: unknown[] = [];
      for (let index = 0; index < count; index += 1) outcomes.push(await attempt(t, server, { totp: wrong() }));
      return outcomes;
    };

    assert.deepEqual(await tries(4), Array(4).fill('totp_failed'));
    assert.equal(await attempt(t, server, { totp: code() }), 'ok');
    assert.deepEqual(await tries(6), [...Array(5).fill('totp_failed'), 'rate_limited']);
    assert.equal(await attempt(t, server, { totp: code(30) }), 'rate_limited', 'a right one, too');
    clock.advance(180_000);
    assert.equal(await attempt(t, server, { totp: code() }), 'ok');
  });

  test('are given up with the password and a code', async (t) => {
    const { server, clock, alice, code } = await enrolled(t);

    await refused(alice, { type: 'totp', op: 'disable', password: 'wrong', code: code() }, 'login_failed');
    await refused(alice, { type: 'totp', op: 'disable', password }, 'totp_required');
    await refused(alice, { type: 'totp', op: 'disable', password, code: code(-30) }, 'totp_failed');
    assert.equal((await ask(alice, { type: 'totp', op: 'disable', password, code: code() }))['enabled'], false);

    clock.advance(600_000);
    await refused(alice, { type: 'totp', op: 'disable', password, code: code() }, 'not_found');
    assert.equal(await attempt(t, server, {}), 'ok');
  });

  test('may stand behind the password on course clients, and not on v2, unless the setting says no', async (t) => {
    const { server, clock, code } = await enrolled(t);
    const v1 = async (to: TestServer, given: string) => {
      const client = await connect(t, to);
      client.send({ type: 'login', username: 'alice', password: given });
      const { status, code: refusal, message } = await client.next();
      client.reset();
      return status ?? refusal ?? message;
    };

    assert.equal(await v1(server, password), 'totp_required');
    assert.equal(await v1(server, `${password} ${code()}`), 'ok');
    assert.equal(await v1(server, `${password} ${code()}`), 'totp_failed');
    clock.advance(30_000);
    assert.equal(await v1(server, `wrong ${code()}`), 'Login failed.');
    assert.equal(await attempt(t, server, { password: `${password} ${code()}` }), 'login_failed');

    const strict = await enrolled(t, ['auth.totp_legacy_suffix=false']);
    assert.equal(await v1(strict.server, `${password} ${strict.code()}`), 'Login failed.');
  });

  test('are turned on and off by hand on netcat, with a picture for the telephone', async (t) => {
    const clock = new FakeClock();
    const server = await startServer(t, { clock, set });
    await people(t, server, { alice: null });
    const typist = await connect(t, server);
    const typed = async (text: string, last: RegExp) => {
      typist.write(`${text}\n`);
      const rows: string[] = [];
      do rows.push(await typist.line());
      while (!last.test(rows.at(-1) ?? ''));
      return rows;
    };

    await typed(`/login alice ${password}`, /alice/);
    const rows = await typed(`/totp on ${password}`, /it shows\.$/);
    const [secret = ''] = /[A-Z2-7]{32}/.exec(rows.join()) ?? [];
    const codes = new TOTP({ issuer: 'ClassCord', label: 'alice', secret });
    assert.deepEqual(rows.slice(0, -2), renderUnicodeCompact(codes.toString(), { border: 2 }).split('\n'));
    const confirmed = await typed(`/totp ${codes.generate({ timestamp: clock.now() })}`, /^[a-z2-9]{3}(-[a-z2-9]{3}){3}$/);
    assert.match(confirmed[0] ?? '', /Logins ask for a code \(10/);
    for (let left = 9; left > 0; left -= 1) await typist.line();
    clock.advance(30_000);
    const other = await connect(t, server);
    other.write(`/login alice ${password} ${codes.generate({ timestamp: clock.now() })}\n`);
    assert.match(await other.line(), /alice/);
    clock.advance(30_000);
    await typed(`/totp off ${codes.generate({ timestamp: clock.now() })} ${password}`, /Logins ask for no code/);
  });

  test('leave neither secret nor code in the log or the database, and their key is its owner’s', async (t) => {
    const { server, secret, recovery, code } = await enrolled(t);
    const now = code();
    await attempt(t, server, { totp: now });
    await attempt(t, server, { totp: '987654' });
    await attempt(t, server, { totp: recovery[0] });
    const log = server.log();
    await server.stop();

    const db = new Sqlite(join(server.folder, 'classcord.db'), { readonly: true });
    t.after(() => db.close());
    const rows = JSON.stringify([db.prepare('SELECT hex(secret) FROM totp').all(), db.prepare('SELECT * FROM recovery_codes').all()]);
    const raw = Buffer.from(URI.parse(`otpauth://totp/x?secret=${secret}`).secret.bytes)
      .toString('hex')
      .toUpperCase();
    for (const hidden of [secret, raw, ...recovery, now, '987654']) {
      assert.ok(!rows.includes(hidden), 'in the database');
      assert.ok(!log.includes(`"${hidden}"`) && !log.includes(`=${hidden}`), 'in the log');
    }
    assert.equal(statSync(join(server.folder, 'totp.key')).mode & 0o777, 0o600);
  });
});

async function statusOf(client: Client) {
  const { enabled, recovery_codes_left } = await ask(client, { type: 'totp' });
  return { enabled, recovery_codes_left };
}
