import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { World } from './world.ts';

const handTag = { tags: { hand: true } };
const done = { type: 'reaction', channel: '#general', emoji: '✅', count: 1, by: 'carol', op: 'add' } as const;

describe('/hand', () => {
  const two = () => new World().said('bob', '✋', { id: 11, ...handTag }).said('eve', '✋', { id: 12, ...handTag });

  test('raises a hand once, and says which number it has', () => {
    const world = two();
    world.taken();
    const [said] = world.press('/hand<enter>').taken();
    assert.ok(said?.do === 'say');
    assert.deepEqual([said.place, said.content, said.tags], ['#general', '✋', { hand: true }]);
    assert.match(world.state.hint?.text ?? '', /number 3/);
    assert.deepEqual(world.press('/hand<enter>').taken(), []);
    assert.match(world.state.hint?.text ?? '', /number 3/);
  });

  test('next calls the one who waits longest, and takes that one out of the queue for everybody', () => {
    const world = two();
    world.taken();
    const effects = world.press('/hand next<enter>').taken();
    assert.deepEqual(effects[0], { do: 'ask', ask: { type: 'react', id: 11, emoji: '✅', op: 'add' }, isAsked: true });
    assert.ok(effects[1]?.do === 'say');
    assert.deepEqual([effects[1].content, effects[1].replyTo], ['@bob it is your turn.', 11]);
    world.hear({ ...done, id: 11, seq: 1 }).press('/hand list<enter>');
    assert.equal(world.notices().at(-1), 'Hands: 1 eve');
    assert.deepEqual(
      world
        .hear({ ...done, id: 12, seq: 2 })
        .press('/hand next<enter>')
        .asked(),
      [],
    );
    assert.match(world.state.hint?.text ?? '', /No hand is up/);
  });

  test('down takes back one’s own alone; a hand that somebody wrote without the tag is a message', () => {
    const world = two()
      .said('alice', '✋', { id: 13, ...handTag })
      .said('zoe', '✋', { id: 14 });
    world.taken();
    assert.deepEqual(world.press('/hand down<enter>').asked(), [{ type: 'delete', id: 13 }]);
    world.hear({ type: 'deleted', channel: '#general', id: 13, seq: 3, by: 'alice', timestamp: '2026-11-22T09:00:00.000Z' });
    assert.equal(world.press('/hand list<enter>').notices().at(-1), 'Hands: 1 bob · 2 eve');
  });

  test('is the same queue for who comes later, out of the history', () => {
    const message = (id: number, from: string, more: object) => ({
      id,
      seq: id,
      from,
      content: '✋',
      timestamp: '2026-11-22T08:00:00.000Z',
      ...handTag,
      ...more,
    });
    const messages = [message(1, 'bob', { reactions: { '✅': 1 } }), message(2, 'eve', {}), message(3, 'eve', {})];
    const world = new World().answer({ type: 'history', channel: '#general' }, { channel: '#general', messages, complete: true });
    assert.equal(world.press('/hand list<enter>').notices().at(-1), 'Hands: 1 eve');
  });
});

describe('/poll and /vote', () => {
  const poll = '📊 When?\n1️⃣ today\n2️⃣ tomorrow';
  const asked = () => new World().said('bob', poll, { id: 21, tags: { poll: true } }).said('eve', 'hm', { id: 22 });
  const vote = (world: World, emoji: string, { count, by }: { count: number; by: string }) =>
    world.hear({ type: 'reaction', channel: '#general', id: 21, seq: 1, emoji, count, by, op: 'add' });

  test('ask with the answers given, or yes and no', () => {
    const said = (line: string) => {
      const world = new World();
      world.taken();
      const [effect] = world.press(`${line}<enter>`).taken();
      return effect?.do === 'say' ? [effect.content, effect.tags] : world.state.hint?.text;
    };
    assert.deepEqual(said('/poll When? | today |  tomorrow '), [poll, { poll: true }]);
    assert.deepEqual(said('/poll Ready?'), ['📊 Ready?\n1️⃣ yes\n2️⃣ no', { poll: true }]);
    assert.match(String(said('/poll Ready? | only')), /2 to 9 answers/);
    assert.match(String(said(`/poll x ${'| y'.repeat(10)}`)), /2 to 9 answers/);
  });

  test('one’s vote is one reaction: another one is taken back', () => {
    const world = vote(vote(asked(), '1️⃣', { count: 1, by: 'alice' }), '2️⃣', { count: 1, by: 'eve' });
    world.taken();
    assert.deepEqual(world.press('/vote 2<enter>').taken(), [
      { do: 'ask', ask: { type: 'react', id: 21, emoji: '1️⃣', op: 'remove' } },
      { do: 'ask', ask: { type: 'react', id: 21, emoji: '2️⃣', op: 'add' }, isAsked: true },
    ]);
    assert.deepEqual(world.press('/vote 3<enter>').taken(), []);
    assert.match(world.state.hint?.text ?? '', /1 to 2/);
    assert.deepEqual(world.press('/vote 1 22<enter>').taken(), []);
  });

  test('without a number the poll is told as it stands', () => {
    const world = vote(vote(asked(), '2️⃣', { count: 1, by: 'eve' }), '2️⃣', { count: 2, by: 'zoe' }).press('/vote<enter>');
    assert.equal(world.notices().at(-1), '📊 When?\n0 × 1️⃣ today\n2 × 2️⃣ tomorrow');
    assert.match(new World().press('/vote 1<enter>').state.hint?.text ?? '', /no such poll/);
  });
});

describe('for many', () => {
  test('/announce is for who keeps the channel, and mentions everybody', () => {
    const announced = (world: World) => {
      world.taken();
      return world
        .press('/announce exam at nine<enter>')
        .taken()
        .flatMap((effect) => (effect.do === 'say' ? [effect.content] : []));
    };
    const kept = (role: string) =>
      new World().answer({ type: 'members', channel: '#general' }, { channel: '#general', members: [{ username: 'alice', role }] });
    assert.deepEqual(announced(kept('owner')), ['@all exam at nine']);
    assert.deepEqual(announced(kept('member')), []);
    const world = kept('member');
    world.state = { ...world.state, me: { name: 'alice', isGuest: false, role: 'moderator' } };
    assert.deepEqual(announced(world), ['@all exam at nine']);
  });

  test('what a course server has no words for is said to be so', () => {
    const world = new World({ generation: 1 });
    world.taken();
    for (const line of ['/hand', '/poll a?', '/vote 1', '/sessions', '/export', '/mfa']) {
      assert.deepEqual(world.press(`${line}<enter>`).taken(), [], line);
      assert.match(world.state.hint?.text ?? '', /old protocol/, line);
    }
  });

  test('what no server has yet is told as that, and listed nowhere', () => {
    const world = new World();
    world.taken();
    for (const [line, told] of [
      ['/upload notes.pdf', /no files/],
      ['/files', /no files/],
      ['/download 3', /no files/],
      ['/verify bob', /no end-to-end encryption/],
      ['/lesson on', /no lesson mode/],
    ] as const) {
      assert.deepEqual(world.press(`${line}<enter>`).taken(), [], line);
      assert.match(world.state.hint?.text ?? '', told, line);
      assert.match(world.press(`/help ${line.slice(1).split(' ')[0]}<enter>`).state.hint?.text ?? '', told, line);
    }
    world.press('/lang fr<enter>/upload x<enter>');
    assert.match(world.state.hint?.text ?? '', /pas encore de fichiers/);
    assert.match(new World().press('/uplo<tab>').state.hint?.text ?? '', /nothing found/);
    const help = new World({ rows: 400 }).press('<f1>').screen().join('\n');
    assert.match(help, /\/hand \[down\|next\|list\]/);
    assert.doesNotMatch(help, /\/upload|\/lesson|\/verify/);
  });
});
