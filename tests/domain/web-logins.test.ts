import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import { hs256 } from '../../server/base/jwt.ts';
import type { Credential } from '../../server/domain/credential.ts';
import { WebLogins } from '../../server/domain/web-logins.ts';
import { openStore } from '../../server/store/open.ts';
import { FakeClock } from '../support/fake-clock.ts';

const secret = Buffer.alloc(32, 7);
const names = { issuer: 'classcord', audience: 'classcord-gateway' };
const asker = { address: '192.0.2.7', client: 'a browser' };
const quiet = () => undefined;

/** Web logins over a real store, with alice in it, and whose connections were ended. */
async function made(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-web-'));
  const options = {
    file: join(folder, 'classcord.db'),
    synchronous: 'OFF',
    busyTimeoutMs: 1000,
    queue: { writes: 100, bytes: 1 << 20 },
  } as const;
  const events = { onBatch: quiet, onStorageError: quiet, onChoreError: quiet, onWriteError: quiet, onLost: quiet };
  const store = await openStore(options, events);
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const clock = new FakeClock();
  const jwt = hs256({ secret, ...names, now: () => clock.now() });
  const ended: string[] = [];
  const endHere = (which: (credential: Credential) => boolean) => {
    for (const { id: sid } of rows) if (which({ sid } as Credential)) ended.push(sid);
  };
  const logins = new WebLogins({ store, clock, jwt, cloakKey: secret, sessions: { endHere } });
  const alice = await store.accounts.create({ username: 'alice', fold: 'alice', passwordHash: 'h', at: clock.now() });
  assert.ok(alice !== null);
  const login = await logins.issue(asker, alice);
  const rows = await store.credentials.sessions.of(alice.id, clock.now());
  const [row] = rows;
  assert.ok(row !== undefined);
  return { store, clock, logins, alice, login, sid: row.id, ended };
}

const refusedAs = (code: string) => (error: unknown) => (error as { readonly code?: unknown }).code === code;
const decoded = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

test('a login gives a token of 15 minutes that names the account and its session, and nothing secret', async (t) => {
  const { clock, logins, alice, login, sid } = await made(t);

  const at = Math.floor(clock.now() / 1000);
  assert.deepEqual(decoded(login.token), { sid, iss: 'classcord', aud: 'classcord-gateway', sub: '1', iat: at, exp: at + 900 });
  assert.equal(login.expiresInS, 900);
  const { account, credential } = await logins.verify(login.token);
  assert.deepEqual([account, credential.sid, credential.kind, credential.scopes], [alice, sid, 'jwt', null]);
});

test('a token ends after its time and a minute for clocks that differ', async (t) => {
  const { clock, logins, login } = await made(t);

  clock.advance(900_000 + 59_000);
  await logins.verify(login.token);
  clock.advance(2000);
  await assert.rejects(logins.verify(login.token), refusedAs('session_expired'));
});

test('whatever is not signed as ours, for here, with an end, is refused', async (t) => {
  const { clock, logins, login, sid } = await made(t);
  const at = Math.floor(clock.now() / 1000);
  const [head = '', body = '', signature = ''] = login.token.split('.');
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = (algorithm: string, digest: string) => {
    const start = `${part({ alg: algorithm, typ: 'JWT' })}.${body}`;
    return `${start}.${createHmac(digest, secret).update(start).digest('base64url')}`;
  };
  const jwt = (change: (jwt: SignJWT) => SignJWT, key: Uint8Array = secret, claims: Record<string, unknown> = { sid }) => {
    const whole = new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('classcord')
      .setAudience('classcord-gateway')
      .setSubject('1');
    return change(whole.setIssuedAt(at).setExpirationTime(at + 900)).sign(key);
  };
  const same = (each: SignJWT) => each;
  const { privateKey } = generateKeyPairSync('ed25519');

  await logins.verify(await jwt(same));
  const forged: Readonly<Record<string, string>> = {
    'another key': await jwt(same, Buffer.alloc(32, 8)),
    'alg none': new UnsecuredJWT({ sid })
      .setIssuer('classcord')
      .setAudience('classcord-gateway')
      .setSubject('1')
      .setExpirationTime(at + 900)
      .encode(),
    'alg none with our signature': `${part({ alg: 'none' })}.${body}.${signature}`,
    'no signature': `${head}.${body}.`,
    'HS384 with our secret': signed('HS384', 'sha384'),
    'HS512 with our secret': signed('HS512', 'sha512'),
    'an asymmetric algorithm': await new SignJWT({ sid })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer('classcord')
      .setAudience('classcord-gateway')
      .setSubject('1')
      .setExpirationTime(at + 900)
      .sign(privateKey),
    'another body': `${head}.${part({ ...decoded(login.token), sub: '2' })}.${signature}`,
    'another audience': await jwt((each) => each.setAudience('elsewhere')),
    'no audience': await jwt((each) => each.setAudience([])),
    'another issuer': await jwt((each) => each.setIssuer('somebody')),
    'no end': await new SignJWT({ sid })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('classcord')
      .setAudience('classcord-gateway')
      .setSubject('1')
      .sign(secret),
    'not yet good': await jwt((each) => each.setNotBefore(at + 300)),
    'no session': await jwt(same, secret, {}),
    'a session that is none': await jwt(same, secret, { sid: 'AAAAAAAAAAAAAAAA' }),
    'a session of somebody else': await jwt((each) => each.setSubject('2')),
    'too long': await jwt(same, secret, { sid, more: 'x'.repeat(5000) }),
    'no token at all': 'hello',
    'an empty one': '',
  };
  for (const [what, token] of Object.entries(forged)) await assert.rejects(logins.verify(token), refusedAs('session_expired'), what);
});

test('a secret shorter than the hash is not taken', () => {
  assert.throws(() => hs256({ secret: Buffer.alloc(31), ...names, now: () => 0 }), RangeError);
});

test('logging out ends the token at once, and its connections', async (t) => {
  const { logins, login, sid, ended } = await made(t);

  await logins.revoke(login.token);

  assert.deepEqual(ended, [sid]);
  await assert.rejects(logins.verify(login.token), refusedAs('session_expired'));
  await assert.rejects(logins.refresh(login.refreshToken ?? ''), refusedAs('session_expired'));
  await assert.rejects(logins.revoke(login.token), refusedAs('session_expired'));
});

test('a refresh token gives a new pair once; a second use after the grace ends the session for whoever has it', async (t) => {
  const { clock, logins, login, sid, ended } = await made(t);
  clock.advance(20 * 60_000);

  const next = await logins.refresh(login.refreshToken ?? '');
  await logins.verify(next.token);
  assert.notEqual(next.refreshToken, login.refreshToken);
  clock.advance(31_000);
  await assert.rejects(logins.refresh(login.refreshToken ?? ''), refusedAs('session_expired'));

  assert.deepEqual(ended, [sid]);
  await assert.rejects(logins.verify(next.token), refusedAs('session_expired'));
  await assert.rejects(logins.refresh(next.refreshToken ?? ''), refusedAs('session_expired'));
});

test('an answer that was lost may be asked for again within the grace', async (t) => {
  const { clock, logins, login } = await made(t);

  await logins.refresh(login.refreshToken ?? '');
  clock.advance(29_000);
  const again = await logins.refresh(login.refreshToken ?? '');

  await logins.refresh(again.refreshToken ?? '');
});

test('a token in force refreshes itself without using up anything, and one that is over does not', async (t) => {
  const { clock, logins, login } = await made(t);
  clock.advance(600_000);

  const next = await logins.refresh(login.token);
  assert.equal(next.refreshToken, null);
  clock.advance(600_000);
  await logins.verify(next.token);
  await assert.rejects(logins.refresh(login.token), refusedAs('session_expired'));
  await logins.refresh(login.refreshToken ?? '');
});

test('a session that nobody refreshes is over after two weeks, and a made-up refresh token opens nothing', async (t) => {
  const { clock, logins, login, sid } = await made(t);

  await assert.rejects(logins.refresh(`ccr_${sid}.${'A'.repeat(43)}`), refusedAs('session_expired'));
  await logins.verify(login.token);
  clock.advance(14 * 24 * 3600_000);
  await assert.rejects(logins.refresh(login.refreshToken ?? ''), refusedAs('session_expired'));
});

test('a locked account is refused with its token, and a changed password ends it', async (t) => {
  const { store, logins, alice, login } = await made(t);
  const audit = { action: 'account.lock', actor: 'u1', subject: 'u1', detail: {}, at: 0 };

  await store.credentials.changePassword({ id: alice.id, passwordHash: 'new', keep: null, keepTokens: false });
  await assert.rejects(logins.verify(login.token), refusedAs('session_expired'));
  await assert.rejects(logins.issue(asker, alice), refusedAs('session_expired'), 'proven by the old password');

  const now = await store.accounts.byId(alice.id);
  assert.ok(now !== null);
  const { token } = await logins.issue(asker, now);
  await store.accountCare.setLocked({ id: alice.id, locked: true }, audit);
  await assert.rejects(logins.verify(token), refusedAs('session_expired'));
});
