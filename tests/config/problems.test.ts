import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { databasePath } from '../../server/config/addresses.ts';
import { folder, load, refusal } from './folder.ts';

describe('unknown settings', () => {
  const guesses = [
    ['limits.conections', 'limits.connections'],
    ['limit.line_bytes', 'limits.line_bytes'],
    ['auth.guest', 'auth.guests'],
    ['listen_addr.data', 'server.data'],
    ['limits.messages.bursts', 'limits.messages.burst'],
  ] as const;
  for (const [wrong, meant] of guesses) {
    test(`${wrong} is refused with the question whether ${meant} was meant`, (t) => {
      assert.equal(refusal(folder(t), { set: [`${wrong}=1`] }), `--set: there is no setting ${wrong}; did you mean ${meant}?`);
    });
  }

  test('one that resembles nothing is refused with the way to the list', (t) => {
    const file = { 'classcord.toml': '[server]\ndata = "x"\n\n[wibble]\nwobble = 1\n' };

    assert.equal(refusal(folder(t, file)), 'classcord.toml:5: there is no setting wibble.wobble; all of them: classcord config show');
  });

  test('in the environment they are refused too, files or not', (t) => {
    const cwd = folder(t);

    assert.match(refusal(cwd, {}, { CLASSCORD__LIMITS__LINEBYTES: '1' }), /^CLASSCORD__LIMITS__LINEBYTES: .*mean limits\.line_bytes\?$/);
    assert.match(refusal(cwd, {}, { CLASSCORD__SERVER__NOD_FILE: '/none' }), /^CLASSCORD__SERVER__NOD_FILE: there is no setting/);
    assert.match(refusal(folder(t, { '.env': '\nCLASSCORD__SERVER=x' })), /^\.env:2 CLASSCORD__SERVER: server has parts/);
  });

  test('a section with a value of its own, and an unknown empty one, are refused', (t) => {
    assert.match(refusal(folder(t, { 'classcord.toml': 'limits = 5' })), /^classcord\.toml:1: limits has parts.*limits\.line_bytes$/);
    assert.match(refusal(folder(t), { set: ['limits.messages=5'] }), /^--set: limits\.messages has parts.*limits\.messages\.burst$/);
    assert.match(refusal(folder(t, { 'classcord.toml': '[limitz]' })), /there is no setting limitz/);
    assert.equal(load(folder(t, { 'classcord.toml': '[limits]' })).config.limits.connections, 10_240);
  });

  for (const key of ['__proto__', 'constructor', 'limits.__proto__', 'toString']) {
    test(`${key} is an unknown setting like any other`, (t) => {
      assert.match(refusal(folder(t), { set: [`${key}=1`] }), /there is no setting/);
      assert.match(refusal(folder(t, { 'classcord.toml': `${key} = 1` })), /there is no setting/);
    });
  }
});

describe('values of the wrong form', () => {
  const cases = [
    ['limits.connections=many', '"many" must be a whole number of at least 1; without it, 10240 holds'],
    ['limits.connections=1.5', '1.5 must be a whole number of at least 1'],
    ['limits.connections=0', '0 must be a whole number of at least 1'],
    ['limits.connections=', '"" must be a whole number'],
    ['limits.line_bytes=99', '99 must be a whole number from 1024 to 16777216'],
    ['auth.guests=maybe', '"maybe" must be true or false; without it, true holds'],
    ['auth.registration=shut', '"shut" must be one of open, closed; without it, "open" holds'],
    ['limits.shared_addresses=10.0.0.0/8=1000', 'each number from 1 to 100'],
    ['limits.shared_addresses=10.0.0.0/8', 'must be a table of NETWORK = NUMBER'],
  ] as const;
  for (const [set, reason] of cases) {
    test(`--set ${set} is refused with the value and the form`, (t) => {
      const line = refusal(folder(t), { set: [set] });

      assert.ok(line.startsWith(`--set: ${set.split('=')[0]} = `), line);
      assert.ok(line.includes(reason), line);
    });
  }

  test('in a file, also of other types, they are refused with their line', (t) => {
    const line = (text: string) => refusal(folder(t, { 'classcord.toml': text }));

    assert.equal(
      line('[server]\nlisten = 5'),
      'classcord.toml:2: server.listen = 5 must be a list of texts; without it, ["0.0.0.0:12345", "[::]:12345"] holds',
    );
    assert.match(line('[server]\ndata = 1979-05-27'), /^classcord\.toml:2: server\.data = "1979-05-27" must be a text/);
    assert.match(line('[[server]]\ndata = "x"'), /^classcord\.toml:/);
    assert.match(line('[limits.connections]\nx = 1'), /^classcord\.toml:2: limits\.connections = \{ "x" = 1 \} must be/);
    assert.match(line('limits.ping_s = inf'), /^classcord\.toml:1: limits\.ping_s = Infinity must be/);
  });

  test('--set without a key or a value is refused with an example', (t) => {
    for (const set of ['limits.connections', '=5']) assert.match(refusal(folder(t), { set: [set] }), /write section\.key=value/);
  });

  test('an unknown profile is refused with the known ones', (t) => {
    assert.equal(refusal(folder(t), { profile: 'fast' as never }), '--profile fast: there is no such profile; known: bench');
  });
});

describe('what single settings cannot say', () => {
  test('Postgres is not supported yet, and its password is not shown', (t) => {
    for (const url of ['postgres://bob:pw1234@db/chat', 'postgresql://bob:pw1234@db/chat']) {
      const line = refusal(folder(t), {}, { DATABASE_URL: url });

      assert.match(line, /^DATABASE_URL: storage\.url = "postgres(ql)?:\/\/\*\*\*@db\/chat": Postgres is not supported yet;/);
    }
  });

  test('a database is nothing, sqlite:PATH or a path', (t) => {
    const pathOf = (url: string) => databasePath(load(folder(t), { data: '/srv', set: [`storage.url=${url}`] }).config);

    assert.equal(pathOf(''), '/srv/classcord.db');
    assert.equal(pathOf('sqlite:other/x.db'), 'other/x.db');
    assert.equal(pathOf('sqlite:/abs/x.db'), '/abs/x.db');
    assert.equal(pathOf('./x.db'), './x.db');
    for (const url of ['mysql://h/x', 'sqlite:', 'sqlite::memory:', 'sqlite:///x.db', 'redis:x']) {
      assert.match(refusal(folder(t), { set: [`storage.url=${url}`] }), /is no database that is known here/);
    }
  });

  test('a token secret under 32 bytes is refused and not shown', (t) => {
    const line = refusal(folder(t), {}, { JWT_SECRET: 'hunter2' });

    assert.equal(line, 'JWT_SECRET: gateway.jwt_secret has 7 bytes and needs at least 32; make one: openssl rand -base64 48');
    assert.equal(load(folder(t), {}, { JWT_SECRET: 'é'.repeat(16) }).config.gateway.jwt_secret, 'é'.repeat(16));
  });

  test('limits that bound each other are refused in the wrong order, naming the one that was set', (t) => {
    const line = (set: readonly string[]) => refusal(folder(t), { set });

    assert.match(
      line(['limits.line_bytes_unnamed=70000']),
      /^--set: limits\.line_bytes_unnamed = 70000 must not be above limits\.line_bytes = 65536 \(default\)/,
    );
    assert.match(
      line(['limits.line_bytes=8192']),
      /^--set: limits\.line_bytes = 8192 must not be below limits\.line_bytes_unnamed = 16384/,
    );
    assert.match(line(['limits.outbox_pause_bytes=300000']), /outbox_pause_bytes = 300000 must not be above limits\.outbox_soft_bytes/);
    assert.match(line(['limits.outbox_soft_bytes=2000000']), /outbox_soft_bytes = 2000000 must not be above limits\.outbox_bytes/);
    assert.match(line(['limits.outbox_bytes=300000000']), /outbox_bytes = 300000000 must not be above limits\.outbox_total_bytes/);
    assert.equal(load(folder(t), { set: ['limits.line_bytes=8192', 'limits.line_bytes_unnamed=8192'] }).config.limits.line_bytes, 8192);
  });

  for (const address of ['12345', 'localhost', ':12345', '0.0.0.0:65536', '::1:12345', '[127.0.0.1]:1', 'a b:1', '']) {
    test(`“${address}” is no address to listen on`, (t) => {
      assert.match(refusal(folder(t), { listen: ['127.0.0.1:1', address] }), /^--listen: server\.listen = .* must be HOST:PORT/);
      if (address !== '') assert.match(refusal(folder(t), {}, { WS_BIND_ADDR: address }), /^WS_BIND_ADDR: gateway\.listen/);
    });
  }

  test('listening nowhere, or keeping data nowhere, is refused', (t) => {
    assert.match(refusal(folder(t), { set: ['server.listen='] }), /^--set: server\.listen is empty/);
    assert.match(refusal(folder(t), { data: '' }), /^--data: server\.data is empty/);
  });

  for (const network of ['10.0.0.0/33', '10.0.0/8', '10.0.0.0/', '10.0.0.0/-1', '::1/129', 'fe80::1%eth0', 'school', '10.0.0.0/8/8']) {
    test(`“${network}” is no network`, (t) => {
      assert.match(refusal(folder(t), { set: [`metrics.allow=::1,${network}`] }), /^--set: metrics\.allow: .* is not a network/);
      assert.match(refusal(folder(t), { set: [`limits.shared_addresses=${network}=2`] }), /limits\.shared_addresses: .* is not a network/);
    });
  }

  test('networks with host bits, single addresses and IPv6 are taken', (t) => {
    const allow = ['127.0.0.1/8', '192.0.2.7', '2001:db8::/32', '::1', '0.0.0.0/0'];

    assert.deepEqual(load(folder(t), { set: [`metrics.allow=${allow}`] }).config.metrics.allow, allow);
  });
});

test('problems are told in French to those who read French', (t) => {
  const line = refusal(folder(t), { set: ['limits.connections=x'], lang: 'fr' });

  assert.equal(line, '--set : limits.connections = "x" doit être un nombre entier d’au moins 1 ; sans lui, 10240 s’applique');
});
