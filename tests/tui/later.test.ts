import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { StoredMessage } from '../../tools/client/main.ts';
import { failureText, readScript, writeMessages } from '../../tools/tui/files.ts';
import { World } from './world.ts';

const minute = 60_000;
const at = (world: World, ms: number) => {
  world.now += ms;
  return world.on({ kind: 'tick' });
};

describe('/remind and /at', () => {
  test('remind once when it is time, with a word where one was, and a bell', () => {
    const world = new World().said('bob', 'x', { channel: '#dev' }).press('/remind 10m drink water<enter><alt+2>');
    world.taken();
    assert.deepEqual(at(world, 9 * minute).taken(), []);
    assert.deepEqual(at(world, minute).taken(), [{ do: 'notify', title: '#general', text: 'drink water' }]);
    assert.equal(world.notices('#general').at(-1), '⏰ drink water');
    assert.deepEqual(at(world, 60 * minute).taken(), []);
    assert.deepEqual(world.press('/set bell off<enter>/remind 1m x<enter>').taken().slice(1), []);
    assert.deepEqual(at(world, minute).taken(), []);
  });

  test('say a text later where it was typed, and leave unread what nobody has read', () => {
    const world = new World().said('bob', 'x', { channel: '#dev' }).press('/at 10m lab is open<enter><alt+2>');
    world.said('bob', 'unread').on({ kind: 'pressed', press: { kind: 'focus', isFocused: false } });
    world.taken();
    const [said] = at(world, 10 * minute).taken();
    assert.ok(said?.do === 'say');
    assert.deepEqual([said.place, said.content], ['#general', 'lab is open']);
    assert.equal(world.in('#general').unread, 1);
  });

  test('know the next time of day, in both spellings, and nothing that is no time', () => {
    const world = new World();
    const here = new Date(world.now);
    const time = (minutes: number) => {
      const then = new Date(here.getTime() + minutes * minute);
      return [String(then.getHours()).padStart(2, '0'), String(then.getMinutes()).padStart(2, '0')];
    };
    world.press(
      `/remind ${time(5).join(':')} soon<enter>/remind ${time(6).join('h')} later<enter>/remind ${time(-5).join(':')} tomorrow<enter>`,
    );
    assert.deepEqual(
      world.state.timers.map((timer) => [timer.text, Math.round((timer.at - world.now) / minute)]),
      [
        ['soon', 5],
        ['later', 6],
        ['tomorrow', 24 * 60 - 5],
      ],
    );
    for (const words of ['25:00 x', '10:60 x', 'soon x', '10m', '31d x']) {
      world.press(`/remind ${words}<enter>`);
      assert.match(world.state.hint?.text ?? '', /^Usage: \/remind 10m text/, words);
    }
    assert.equal(world.state.timers.length, 3);
  });

  test('are listed, taken away by number, and bounded', () => {
    const world = new World().press('/at 1h one<enter>/remind 2h two<enter>/remind<enter>');
    assert.match(world.notices().at(-1) ?? '', /^1 \d\d\/\d\d \d\d:\d\d → #general one\s2 \d\d\/\d\d \d\d:\d\d ⏰ two$/);
    world.press('/at off 1<enter>/at off 1<enter>');
    assert.match(world.state.hint?.text ?? '', /Nothing is waiting/);
    assert.deepEqual(
      world.state.timers.map(({ text }) => text),
      ['two'],
    );
    for (let index = 0; index < 60; index++) world.press('/remind 1h x<enter>');
    assert.equal(world.state.timers.length, 50);
    assert.match(world.state.hint?.text ?? '', /50 are waiting/);
  });
});

describe('/script', () => {
  const run = (text: string, world = new World()) => {
    world.taken();
    return world.on({ kind: 'script', file: 'class.txt', text });
  };

  test('has its file read, and runs line after line when the server has answered the one before', () => {
    const world = new World();
    world.taken();
    assert.deepEqual(world.press('/script class.txt<enter>').taken(), [{ do: 'script', file: 'class.txt' }]);
    run('# the room\n/join #dev\n\n/topic Exercise 4\n/say hello\n', world);
    assert.deepEqual(world.asked(), [{ type: 'join', channel: '#dev' }]);
    world.answer({ type: 'join', channel: '#dev' }, { channel: '#dev' }, true);
    assert.deepEqual(world.asked().at(-1), { type: 'update', channel: '#dev', topic: 'Exercise 4' });
    world.answer({ type: 'channels' }, { channels: [] });
    assert.equal(world.state.script?.waiting, 1);
    world.answer({ type: 'update' }, {}, true);
    const said = world.taken().find((effect) => effect.do === 'say');
    assert.deepEqual(said?.do === 'say' && [said.place, said.content], ['#dev', 'hello']);
    assert.equal(world.state.script, null);
    assert.match(world.notices('#dev').at(-1) ?? '', /class\.txt: all of it was run/);
  });

  test('that is no script is not run at all, so that no file is said to anybody', () => {
    for (const text of ['/join #dev\nsecret words', '/join #dev\n/jion #x', '//join', '', '/who\n'.repeat(201)]) {
      const world = run(text);
      assert.deepEqual(world.taken(), [], text);
      assert.match(world.state.hint?.text ?? '', /^class\.txt: /, text);
    }
  });

  test('stops at what is refused, at what is used wrongly, and at what wants a person; the line is named', () => {
    const refused = run('/who\n/join #dev\n/quit').answer({ type: 'users' }, { users: [], details: [] }, true);
    refused.on({ kind: 'refused', ask: { type: 'join' }, why: 'private', isAsked: true });
    assert.ok(!refused.taken().some((effect) => effect.do === 'quit'));
    assert.match(refused.notices().at(-1) ?? '', /stopped at line 2/);
    assert.match(run('/back\n/msg').answer({ type: 'status' }, {}, true).notices().at(-1) ?? '', /stopped at line 2/);
    assert.match(run('/totp on\n/quit').notices().at(-1) ?? '', /stopped at line 1/);
  });

  test('runs no script, not even by an alias', () => {
    const world = new World().press('/alias again /script class.txt<enter>');
    assert.deepEqual(run('/again', world).taken(), []);
    assert.match(world.notices().at(-1) ?? '', /stopped at line 1/);
    assert.deepEqual(run('/script class.txt').taken(), []);
  });
});

describe('/export', () => {
  const message = (seq: number, content: string, more: Partial<StoredMessage> = {}): StoredMessage => ({
    id: seq,
    seq,
    from: 'bob',
    content,
    timestamp: '2026-11-22T08:00:00.000Z',
    ...more,
  });
  async function* pages(...all: StoredMessage[][]) {
    yield* all;
  }

  test('names its file after the conversation and the day, unless one says another', () => {
    const world = new World().said('bob', 'x', { to: 'alice' });
    world.taken();
    assert.deepEqual(world.press('/export<enter>').taken(), [
      { do: 'export', place: '#general', file: 'classcord-general-2026-11-22.ndjson' },
    ]);
    assert.deepEqual(world.press('<alt+2>/export ~/talk.txt<enter>').taken().at(-1), { do: 'export', place: 'bob', file: '~/talk.txt' });
  });

  test('writes a new file that nobody else reads, one line each, for programs and for people', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'classcord-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'talk.ndjson');
    assert.equal(await writeMessages(file, pages([message(1, 'a'), message(2, 'é\n2')], [message(3, '')])), 3);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as StoredMessage).content),
      ['a', 'é\n2', ''],
    );
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const text = join(folder, 'talk.txt');
    await writeMessages(text, pages([message(1, 'one\n<eve> forged\u001b[2J'), message(2, '', { deleted: true })]));
    assert.equal(readFileSync(text, 'utf8'), '2026-11-22 08:00 <bob> one\n  <eve> forged\ufffd[2J\n2026-11-22 08:00 <bob> –\n');

    const refused = await writeMessages(file, pages([message(1, 'other')])).catch((error: unknown) => failureText('en', error));
    assert.equal(refused, 'It is there already, and stays as it is.');
    assert.equal(readFileSync(file, 'utf8').trimEnd().split('\n').length, 3);
    const broken = async function* () {
      yield [message(1, 'a')];
      throw new Error('cut');
    };
    await assert.rejects(writeMessages(join(folder, 'half'), broken()), /cut/);
    assert.throws(() => statSync(join(folder, 'half')), /ENOENT/);
    assert.equal(
      failureText('fr', await writeMessages(join(folder, 'no/where'), pages()).catch((error: unknown) => error)),
      'Ce fichier ou ce dossier n’existe pas.',
    );
    writeFileSync(join(folder, 'large'), Buffer.alloc(65 * 1024));
    assert.throws(() => readScript(join(folder, 'large')), /66560/);
  });
});
