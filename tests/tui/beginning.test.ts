import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { ErrorCode } from '../../server/protocol/errors.ts';
import { ChatError } from '../../tools/client/main.ts';
import { hostAndPort } from '../../tools/tui/address.ts';
import type { Way } from '../../tools/tui/model/mode.ts';
import { welcome } from '../../tools/tui/model/welcome.ts';
import { chatFilePath, readChatFile, writeChatFile } from '../../tools/tui/profiles.ts';
import { type Answer, Questions } from '../../tools/tui/questions.ts';
import { copySequence, notifySequence } from '../../tools/tui/terminal/terminal.ts';
import { World } from './world.ts';

function asking(known: Parameters<typeof welcome>[0] = {}): World {
  const world = new World({ isOnline: false });
  world.state = { ...world.state, mode: welcome(known) };
  return world;
}
const connects = (world: World) => world.taken().filter(({ do: what }) => what === 'connect');

describe('the first questions', () => {
  test('are address, way and name; a guest is asked for nothing else', () => {
    const world = asking().press('<ctrl+u>chat.example:7000<enter><enter>bob<enter>');
    assert.deepEqual(connects(world), [{ do: 'connect', address: 'chat.example:7000', way: 'guest', name: 'bob', password: '' }]);
  });

  test('ask an account for its password, which the state then forgets', () => {
    const world = asking().press('<enter><down><enter>alice<enter>correct horse<enter>');
    assert.deepEqual(connects(world), [
      { do: 'connect', address: 'localhost:12345', way: 'login', name: 'alice', password: 'correct horse' },
    ]);
    assert.doesNotMatch(JSON.stringify(world.state), /correct horse/);
  });

  test('tell a long refusal whole, as of a certificate that has changed', () => {
    const world = asking({ address: 'a', way: 'guest', name: 'alice' });
    const why = `WARNING ${'AB:CD:'.repeat(32)} and ${'12:34:'.repeat(32)} accept it by: classcord known accept a`;

    world.on({ kind: 'unconnected', why, code: 'server_changed' });

    const shown = world
      .screen()
      .map((row) => row.trim())
      .join('');
    assert.ok(shown.replaceAll(' ', '').includes(why.replaceAll(' ', '')), shown);
  });

  test('ask who comes with a key for no password, but for that of a new account', () => {
    const keyed = () => {
      const world = asking({ address: 'a' });
      world.state = { ...world.state, hasKey: true };
      return world;
    };

    assert.deepEqual(connects(keyed().press('2').press('alice<enter>')), [
      { do: 'connect', address: 'a', way: 'login', name: 'alice', password: '' },
    ]);
    const newcomer = keyed().press('3').press('alice<enter>');
    assert.deepEqual([connects(newcomer), newcomer.state.mode.kind === 'welcome' && newcomer.state.mode.step], [[], 'password']);
  });

  test('begin with what is not known', () => {
    const steps = [
      [{}, 'address'],
      [{ address: 'a' }, 'how'],
      [{ address: 'a', way: 'guest' }, 'name'],
      [{ address: 'a', way: 'login', name: 'b' }, 'password'],
    ] as const;
    for (const [known, step] of steps) assert.equal(welcome(known).step, step);
  });

  test('can be walked back, and a digit chooses the way', () => {
    const world = asking({ address: 'a' }).press('3');
    const seen = () => world.state.mode.kind === 'welcome' && [world.state.mode.step, world.state.mode.way];
    assert.deepEqual(seen(), ['name', 'register']);
    world.press('<escape><escape>');
    assert.deepEqual(seen(), ['address', 'register']);
  });

  test('take no empty address, name or password', () => {
    const world = asking().press('<ctrl+u><enter>');
    assert.ok(world.state.mode.kind === 'welcome' && world.state.mode.step === 'address');
    assert.deepEqual(connects(asking({ address: 'a', way: 'login' }).press('<enter>bob<enter><enter>')), []);
  });

  test('are asked again where the answer was wrong, with the reason', () => {
    const world = asking({ address: 'a', way: 'login', name: 'alice' })
      .press('wrong<enter>')
      .on({ kind: 'unconnected', why: 'Login failed.', code: 'login_failed' });
    assert.ok(world.state.mode.kind === 'welcome' && world.state.mode.step === 'password');
    assert.ok(world.screen().some((row) => row.includes('Login failed.')));
    world.press('right<enter>');
    assert.equal(connects(world).length, 2);
    const stepAfter = (way: Way, code: ErrorCode) => {
      const { mode } = asking({ address: 'a', way, name: 'alice' })
        .press(way === 'guest' ? '<enter>' : 'secret<enter>secret<enter>')
        .on({ kind: 'unconnected', why: 'x', code }).state;
      return mode.kind === 'welcome' && mode.step;
    };
    assert.equal(stepAfter('guest', 'unreachable'), 'address');
    assert.equal(stepAfter('login', 'unreachable'), 'address');
    assert.equal(stepAfter('register', 'already_exists'), 'name');
    assert.equal(stepAfter('register', 'weak_password'), 'password');
    assert.equal(stepAfter('guest', 'banned'), 'name');
  });

  test('name the address where nobody answers, and know what is none', () => {
    const world = asking({ way: 'guest' }).press('<ctrl+u>chat.example<enter><enter>bob<enter>');
    world.on({ kind: 'unconnected', why: 'x', code: 'unreachable' });
    assert.ok(world.screen().some((row) => row.includes('Nobody answers at chat.example.')));
    world.press('<ctrl+u>http://chat<enter>');
    assert.ok(world.screen().some((row) => row.includes('An address is a name or name:port')));
    assert.equal(connects(world).length, 1);
  });

  test('hear nothing of what is typed ahead of the connection', () => {
    const world = asking({ address: 'a', way: 'guest' }).press('bob<enter>').press('/join dev<enter>hello<enter>');
    assert.equal(connects(world).length, 1);
    assert.equal(world.state.login.name, 'bob');
    assert.ok(world.state.mode.kind === 'welcome' && world.press('<escape>').state.link.state === 'idle');
    assert.deepEqual(world.press('<ctrl+c>').taken(), [{ do: 'quit' }]);
  });

  test('are followed by a word about a name that one did not get', () => {
    const notices = (me: string) => asking({ address: 'a', way: 'guest' }).press('Alice<enter>').online(me).notices();
    assert.match(notices('alice-2')[0] ?? '', /You are alice-2: “Alice” is taken/);
    assert.deepEqual(notices('alice'), []);
  });

  test('ask for the password of a new account twice, and begin anew when the two differ', () => {
    const world = asking({ address: 'a', way: 'register', name: 'alice' }).press('secret<enter>secrte<enter>');
    assert.deepEqual(connects(world), []);
    assert.ok(world.screen().some((row) => row.includes('two different passwords')));
    world.press('secret<enter>secret<enter>');
    assert.deepEqual(connects(world), [{ do: 'connect', address: 'a', way: 'register', name: 'alice', password: 'secret' }]);
    assert.doesNotMatch(JSON.stringify(world.state), /secret/);
    assert.doesNotMatch(world.screen().join(), /secret/);
  });
});

test('addresses are host, host:port or [v6]:port, with tls:// for encryption', () => {
  assert.deepEqual(hostAndPort('localhost'), { host: 'localhost', port: 12345, isTls: false });
  assert.deepEqual(hostAndPort(' chat.example:7000 '), { host: 'chat.example', port: 7000, isTls: false });
  assert.deepEqual(hostAndPort('tls://[::1]:1'), { host: '::1', port: 1, isTls: true });
  for (const wrong of ['', 'a:0', 'a:70000', 'a b', 'http://a', ':1', '::1', 'a:x']) assert.equal(hostAndPort(wrong), null, wrong);
});

describe('the file of settings', () => {
  const place = (t: TestContext) => {
    const folder = mkdtempSync(join(tmpdir(), 'classcord-chat-file-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    return chatFilePath({ XDG_CONFIG_HOME: folder });
  };

  test('is where XDG says, and only an absolute path counts', () => {
    assert.equal(chatFilePath({ XDG_CONFIG_HOME: '/x', HOME: '/h' }), '/x/classcord/chat.json');
    assert.equal(chatFilePath({ XDG_CONFIG_HOME: 'x', HOME: '/h' }), '/h/.config/classcord/chat.json');
    assert.equal(chatFilePath({ HOME: '/h' }), '/h/.config/classcord/chat.json');
  });

  test('keeps profiles, settings, keys and what it does not know, for oneself alone', (t) => {
    const path = place(t);
    writeChatFile(path, (was) => ({ ...was, profiles: { school: { address: 'a', way: 'guest', name: 'bob' } } }));
    writeChatFile(path, (was) => ({ ...was, settings: { lang: 'fr' }, keys: { help: 'f2' }, later: 1 }));
    assert.deepEqual(readChatFile(path), {
      content: {
        profiles: { school: { address: 'a', way: 'guest', name: 'bob' } },
        settings: { lang: 'fr' },
        keys: { help: 'f2' },
        later: 1,
      },
      problem: null,
    });
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  test('cannot hold a password: a profile has three fields', (t) => {
    const path = place(t);
    const profile = { address: 'a', way: 'login' as const, name: 'bob', password: 'secret' };
    writeChatFile(path, (was) => ({ ...was, profiles: { school: profile } }));
    assert.doesNotMatch(readFileSync(path, 'utf8'), /secret/);
  });

  test('that is damaged is told, and left as it is', (t) => {
    const path = place(t);
    writeChatFile(path, (was) => was);
    writeFileSync(path, '{ "keys": 5 }');
    assert.match(readChatFile(path).problem ?? '', /keys/);
    assert.throws(() => writeChatFile(path, (was) => was), /keys/);
    assert.equal(readFileSync(path, 'utf8'), '{ "keys": 5 }');
  });
});

describe('questions to the server', () => {
  const asked = (request: (type: string) => Promise<Answer>) => {
    const told: string[] = [];
    const waits: number[] = [];
    const questions = new Questions({
      request: (ask) => request(ask.type),
      onAnswer: ({ ask }) => told.push(ask.type),
      onRefusal: ({ ask }, { code }) => told.push(`${ask.type}: ${code}`),
      wait: async (ms) => void waits.push(ms),
    });
    return { questions, told, waits, settled: () => new Promise((resolve) => setImmediate(resolve)) };
  };

  test('go one after the other, what somebody typed before what the client asks itself', async () => {
    const { questions, told, settled } = asked(async () => ({}));
    for (const type of ['a', 'b', 'c']) questions.ask({ ask: { type }, isAsked: false });
    questions.ask({ ask: { type: 'typed' }, isAsked: true });
    questions.ask({ ask: { type: 'c' }, isAsked: false });
    await settled();
    assert.deepEqual(told, ['a', 'typed', 'b', 'c']);
  });

  test('are asked again when the server says when, and in the end refused', async () => {
    let tries = 0;
    const limited = asked(async () => {
      if (++tries < 3) throw new ChatError('rate_limited', { retryAfterMs: 700 });
      return {};
    });
    limited.questions.ask({ ask: { type: 'history' }, isAsked: false });
    await limited.settled();
    assert.deepEqual([limited.told, limited.waits], [['history'], [700, 700]]);

    const hopeless = asked(() => Promise.reject(new ChatError('server_busy')));
    hopeless.questions.ask({ ask: { type: 'history' }, isAsked: false });
    await hopeless.settled();
    assert.deepEqual([hopeless.told, hopeless.waits.length], [['history: server_busy'], 7]);

    const forbidden = asked(() => Promise.reject(new ChatError('forbidden')));
    forbidden.questions.ask({ ask: { type: 'pin' }, isAsked: true });
    await forbidden.settled();
    assert.deepEqual([forbidden.told, forbidden.waits], [['pin: forbidden'], []]);
  });

  test('are bounded', () => {
    const { questions, told } = asked(() => new Promise(() => {}));
    for (let index = 0; index < 300; index++) questions.ask({ ask: { type: `q${index}` }, isAsked: true });
    assert.equal(told.length, 99);
    assert.match(told[0] ?? '', /server_busy/);
  });
});

test('what goes to the clipboard or the desktop cannot end its own sequence', () => {
  assert.equal(copySequence('é\u0007'), `\u001b]52;c;${Buffer.from('é\u0007').toString('base64')}\u0007`);
  assert.equal(notifySequence('bob\u0007;', 'x\u001b]52;c;AAAA\u0007\ny'), '\u001b]9;bob  : x ]52 c AAAA  y\u0007\u0007');
});
