import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settingRows } from '../../server/config/settings.ts';
import { folder, load, refusal } from './folder.ts';

describe('defaults', () => {
  test('nothing configured is a complete configuration, all of it from “default”', (t) => {
    const { config, origins, file } = load(folder(t));

    assert.deepEqual(config.server.listen, ['0.0.0.0:12345', '[::]:12345']);
    assert.equal(config.server.data, 'data');
    assert.equal(file, null);
    assert.deepEqual([...new Set(origins.values())], ['default']);
    assert.deepEqual(
      [...origins.keys()],
      settingRows().map((row) => row.key),
    );
  });

  test('the configuration is frozen to the bottom', (t) => {
    const { config } = load(folder(t));

    assert.throws(() => (config.limits.messages.burst = 1), TypeError);
    assert.throws(() => config.server.listen.push('x'), TypeError);
  });

  test('an open password policy is noted, a strict one is not', (t) => {
    const cwd = folder(t);

    assert.match(load(cwd).notes.join('\n'), /auth\.password_policy is compat/);
    assert.deepEqual(load(cwd, { set: ['auth.password_policy=strict'] }).notes, []);
  });
});

describe('the order of the sources', () => {
  const file = 'limits.connections = 1';

  test('a file is over the defaults, and its origin is file and line', (t) => {
    const { config, origins } = load(folder(t, { 'classcord.toml': `# one\n\n${file}\n` }));

    assert.equal(config.limits.connections, 1);
    assert.equal(origins.get('limits.connections'), 'classcord.toml:3');
  });

  test('.env is over the file, and its origin is its line and name', (t) => {
    const cwd = folder(t, { 'classcord.toml': file, '.env': 'A=1\nexport CLASSCORD__LIMITS__CONNECTIONS="2"\n' });
    const { config, origins } = load(cwd);

    assert.equal(config.limits.connections, 2);
    assert.equal(origins.get('limits.connections'), '.env:2 CLASSCORD__LIMITS__CONNECTIONS');
  });

  test('the environment is over .env', (t) => {
    const cwd = folder(t, { 'classcord.toml': file, '.env': 'CLASSCORD__LIMITS__CONNECTIONS=2' });
    const { config, origins } = load(cwd, {}, { CLASSCORD__LIMITS__CONNECTIONS: '3' });

    assert.equal(config.limits.connections, 3);
    assert.equal(origins.get('limits.connections'), 'CLASSCORD__LIMITS__CONNECTIONS');
  });

  test('a seed alias is over the environment, also when it stands in .env', (t) => {
    const cwd = folder(t, { '.env': 'MAX_CONNECTIONS=4' });
    const { config, origins } = load(cwd, {}, { CLASSCORD__LIMITS__CONNECTIONS: '3' });

    assert.equal(config.limits.connections, 4);
    assert.equal(origins.get('limits.connections'), '.env:1 MAX_CONNECTIONS');
  });

  test('a profile is over all of these, and touches only what it names', (t) => {
    const { config, origins } = load(folder(t), { profile: 'bench' }, { MAX_CONNECTIONS: '4', CLASSCORD__LIMITS__IN_FLIGHT: '8' });

    assert.equal(config.limits.connections, 20_000);
    assert.equal(config.limits.messages.burst, 1_000_000);
    assert.equal(config.limits.in_flight, 8);
    assert.equal(origins.get('limits.connections'), '--profile bench');
    assert.equal(origins.get('limits.line_bytes'), 'default');
  });

  test('a flag is over everything, and the last --set of a key wins', (t) => {
    const flags = { profile: 'bench', set: ['limits.connections=5', 'limits.connections=6'] } as const;
    const { config, origins } = load(folder(t), flags, { MAX_CONNECTIONS: '4' });

    assert.equal(config.limits.connections, 6);
    assert.equal(origins.get('limits.connections'), '--set');
  });

  test('--listen and --data are the settings of server', (t) => {
    const { config, origins } = load(folder(t), { listen: ['127.0.0.1:0', '[::1]:1'], data: '/srv/chat' });

    assert.deepEqual(config.server.listen, ['127.0.0.1:0', '[::1]:1']);
    assert.equal(config.server.data, '/srv/chat');
    assert.deepEqual([origins.get('server.listen'), origins.get('server.data')], ['--listen', '--data']);
  });
});

describe('the file', () => {
  const one = '[server]\nnode = "one"\n';

  test('--config wins over CLASSCORD_CONFIG, and that over classcord.toml here', (t) => {
    const cwd = folder(t, { 'a.toml': one, 'b.toml': one.replace('one', 'two'), 'classcord.toml': one.replace('one', 'three') });

    assert.equal(load(cwd, { config: 'a.toml' }, { CLASSCORD_CONFIG: 'b.toml' }).config.server.node, 'one');
    assert.equal(load(cwd, {}, { CLASSCORD_CONFIG: 'b.toml' }).config.server.node, 'two');
    assert.equal(load(cwd, {}, { CLASSCORD_CONFIG: '' }).config.server.node, 'three');
  });

  test('without one here, the folder of the user’s settings is looked at', (t) => {
    const cwd = folder(t);
    const home = folder(t, { '.config/classcord/classcord.toml': one });
    const xdg = folder(t, { 'classcord/classcord.toml': one.replace('one', 'two') });

    assert.equal(load(cwd, {}, { HOME: home }).config.server.node, 'one');
    assert.equal(load(cwd, {}, { HOME: home, XDG_CONFIG_HOME: xdg }).config.server.node, 'two');
  });

  test('tables, dotted keys, lists of several lines and maps are read, each with its first line', (t) => {
    const text = [
      '[server]',
      'listen = [',
      '  "127.0.0.1:1", # one = two',
      '  "127.0.0.1:2",',
      ']',
      '[limits]',
      'messages.burst = 7',
      '[limits.shared_addresses]',
      '"203.0.113.0/24" = 10',
    ];
    const { config, origins } = load(folder(t, { 'classcord.toml': text.join('\r\n') }));

    assert.deepEqual(config.server.listen, ['127.0.0.1:1', '127.0.0.1:2']);
    assert.equal(config.limits.messages.burst, 7);
    assert.equal(config.limits.messages.per_second, 5);
    assert.deepEqual(config.limits.shared_addresses, { '203.0.113.0/24': 10 });
    assert.deepEqual(
      ['server.listen', 'limits.messages.burst', 'limits.shared_addresses'].map((key) => origins.get(key)),
      ['classcord.toml:2', 'classcord.toml:7', 'classcord.toml:9'],
    );
  });

  test('a file that was named and is not there is refused', (t) => {
    const cwd = folder(t);

    assert.match(refusal(cwd, { config: 'x.toml' }), /^--config x\.toml: .*\(ENOENT\)/);
    assert.match(refusal(cwd, {}, { CLASSCORD_CONFIG: '/none/y.toml' }), /^CLASSCORD_CONFIG \/none\/y\.toml: .*\(ENOENT\)/);
  });

  test('what is not TOML is refused with its line', (t) => {
    assert.match(refusal(folder(t, { 'classcord.toml': '[server]\nlisten = 0.0.0.0:12345\n' })), /^classcord\.toml:2: this is not TOML \(/);
    assert.match(refusal(folder(t, { 'classcord.toml': '[server]\ndata="a"\ndata="b"\n' })), /^classcord\.toml:3: this is not TOML \(/);
  });
});

describe('variables', () => {
  test('each form of value is read from text', (t) => {
    const { config } = load(
      folder(t),
      {},
      {
        CLASSCORD__SERVER__LISTEN: '127.0.0.1:1, [::1]:2,',
        CLASSCORD__AUTH__GUESTS: 'off',
        CLASSCORD__AUTH__REGISTRATION: 'closed',
        CLASSCORD__LIMITS__OUTBOX_TOTAL_BYTES: '1_000_000_000',
        CLASSCORD__LIMITS__IDLE_S: '1.5',
        CLASSCORD__LIMITS__MESSAGES__PER_SECOND: '2.5',
        CLASSCORD__LIMITS__SHARED_ADDRESSES: '203.0.113.0/24=10, 2001:db8::/32 = 5',
      },
    );

    assert.deepEqual(config.server.listen, ['127.0.0.1:1', '[::1]:2']);
    assert.equal(config.auth.guests, false);
    assert.equal(config.auth.registration, 'closed');
    assert.equal(config.limits.outbox_total_bytes, 1_000_000_000);
    assert.equal(config.limits.idle_s, 1.5);
    assert.equal(config.limits.messages.per_second, 2.5);
    assert.deepEqual(config.limits.shared_addresses, { '203.0.113.0/24': 10, '2001:db8::/32': 5 });
  });

  test('one that is set but empty counts as unset, and lets .env speak', (t) => {
    const cwd = folder(t, { '.env': 'CLASSCORD__SERVER__NODE=from-file\nJWT_SECRET=\n' });
    const { config } = load(cwd, {}, { CLASSCORD__SERVER__NODE: '', MAX_CONNECTIONS: '' });

    assert.equal(config.server.node, 'from-file');
    assert.equal(config.gateway.jwt_secret, '');
    assert.equal(config.limits.connections, 10_240);
  });

  test('_FILE reads the value from a file, without its last newline', (t) => {
    const cwd = folder(t, { secret: `${'s'.repeat(40)}\n`, name: 'n5\r\n' });
    const { config, origins } = load(cwd, {}, { JWT_SECRET_FILE: `${cwd}/secret`, CLASSCORD__SERVER__NODE_FILE: 'name' });

    assert.equal(config.gateway.jwt_secret, 's'.repeat(40));
    assert.equal(config.server.node, 'n5');
    assert.equal(origins.get('server.node'), 'CLASSCORD__SERVER__NODE_FILE');
  });

  test('log.file is a setting, not a file with a value', (t) => {
    assert.equal(load(folder(t), {}, { CLASSCORD__LOG__FILE: 'logs/a.log' }).config.log.file, 'logs/a.log');
  });

  test('a _FILE that is missing or empty, or set beside its value, is refused', (t) => {
    const cwd = folder(t, { empty: '\n' });

    assert.match(refusal(cwd, {}, { JWT_SECRET_FILE: 'none' }), /^JWT_SECRET_FILE: none cannot be read \(ENOENT\)/);
    assert.match(refusal(cwd, {}, { JWT_SECRET_FILE: 'empty' }), /^JWT_SECRET_FILE: the file empty is empty/);
    assert.match(refusal(cwd, {}, { JWT_SECRET_FILE: 'empty', JWT_SECRET: 'x' }), /^JWT_SECRET_FILE: JWT_SECRET is set as well/);
  });

  test('a real _FILE hides the value in .env', (t) => {
    const cwd = folder(t, { '.env': 'JWT_SECRET=too-short', secret: 's'.repeat(32) });

    assert.equal(load(cwd, {}, { JWT_SECRET_FILE: 'secret' }).config.gateway.jwt_secret, 's'.repeat(32));
  });

  test('variables of other programs are left alone', (t) => {
    const cwd = folder(t, { '.env': 'COMPOSE_PROJECT_NAME=x\nCLASSCORD=y\n' });

    assert.equal(load(cwd, {}, { CLASSCORD_TOKEN: 'z' }).config.server.node, 'n1');
  });
});

describe('the names of the second seed', () => {
  const secret = 'a secret of more than 32 bytes, surely';

  test('each is an alias, and noted', (t) => {
    const { config, notes } = load(
      folder(t),
      {},
      {
        WS_BIND_ADDR: '0.0.0.0:9001',
        DATABASE_URL: 'sqlite:chat.db',
        JWT_SECRET: secret,
        MAX_CONNECTIONS: '500',
        MAX_MESSAGE_SIZE: '4096',
        HEARTBEAT_INTERVAL_SECONDS: '15',
      },
    );

    assert.equal(config.gateway.listen, '0.0.0.0:9001');
    assert.equal(config.storage.url, 'sqlite:chat.db');
    assert.equal(config.gateway.jwt_secret, secret);
    assert.equal(config.limits.connections, 500);
    assert.equal(config.limits.content_bytes, 4096);
    assert.equal(config.limits.ping_s, 15);
    assert.ok(notes.includes('MAX_CONNECTIONS is read as limits.connections.'));
    assert.ok(!notes.join().includes(secret));
  });

  for (const [text, perSecond, burst] of [
    ['60', 1, 20],
    ['600', 10, 100],
    ['30', 0.5, 20],
  ] as const) {
    test(`RATE_LIMIT_MSG_PER_MIN ${text} refills ${perSecond} a second, ${burst} at once`, (t) => {
      const { config } = load(folder(t), {}, { RATE_LIMIT_MSG_PER_MIN: text });

      assert.deepEqual(config.limits.messages, { burst, per_second: perSecond });
      assert.deepEqual(config.limits.messages_guest, { burst: 10, per_second: 2 });
    });
  }

  for (const text of ['0', '-5', 'many', 'Infinity']) {
    test(`RATE_LIMIT_MSG_PER_MIN ${text} is refused`, (t) => {
      assert.match(refusal(folder(t), {}, { RATE_LIMIT_MSG_PER_MIN: text }), /^RATE_LIMIT_MSG_PER_MIN: .* must be a number above 0/);
    });
  }
});
