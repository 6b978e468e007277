import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ChatError } from '../../tools/client/main.ts';
import { World } from './world.ts';

const page = (...seqs: number[]) =>
  seqs.map((seq) => ({ id: seq, seq, from: 'bob', content: `m${seq}`, timestamp: '2026-11-22T08:00:00.000Z' }));

describe('what is said', () => {
  test('stands in the order of seq, whatever order it came in', () => {
    const world = new World().said('bob', 'one', { seq: 1 }).said('bob', 'three', { seq: 3 }).said('bob', 'two', { seq: 2 });

    assert.deepEqual(world.contents(), ['one', 'two', 'three']);
  });

  test('is drawn once though it comes twice', () => {
    const world = new World().said('bob', 'one', { seq: 1 }).said('bob', 'one', { seq: 1 });

    assert.deepEqual(world.contents(), ['one']);
  });

  test('after a gap in seq has what is missing fetched', () => {
    const world = new World().said('bob', 'one', { seq: 1 }).said('bob', 'four', { seq: 4 });

    assert.deepEqual(world.asked(), [{ type: 'history', channel: '#general', after: 1, limit: 200 }]);
    world.answer({ type: 'history', channel: '#general', after: 1 }, { channel: '#general', messages: page(2, 3, 4), complete: true });
    assert.deepEqual(world.contents(), ['one', 'm2', 'm3', 'four']);
  });

  test('of a refusal that answers nothing is drawn, but not that it was too soon to tell who types', () => {
    const world = new World()
      .hear({ type: 'refused', error: new ChatError('rate_limited', { retryAfterMs: 1000 }) })
      .hear({ type: 'refused', error: new ChatError('draining') });

    const screen = world.screen().join('\n');
    assert.doesNotMatch(screen, /Too many requests/);
    assert.match(screen, /The server is restarting/);
    world.press('/lang fr<enter>').hear({ type: 'state', state: 'closed', error: new ChatError('unreachable') });
    assert.match(world.screen().join('\n'), /déconnecté : Le serveur est injoignable/);
  });

  test('in private opens a conversation with its sender, and is told', () => {
    const world = new World().said('bob', 'psst', { to: 'alice' });

    assert.deepEqual(world.contents('bob'), ['psst']);
    assert.equal(world.in('bob').mentions, 1);
    assert.deepEqual(
      world.taken().filter(({ do: what }) => what === 'notify'),
      [{ do: 'notify', title: 'bob', text: 'psst' }],
    );
  });

  test('by oneself on another machine counts as read, and stands with its recipient', () => {
    const world = new World()
      .said('bob', 'a', { channel: '#dev' })
      .said('alice', 'b', { channel: '#dev' })
      .said('alice', 'c', { to: 'bob' });

    assert.equal(world.in('#dev').unread, 0);
    assert.deepEqual(world.contents('bob'), ['c']);
  });

  test('by the thousand is bounded, and what went can be fetched again', () => {
    const world = new World();
    for (let seq = 1; seq <= 2000; seq++) world.said('bob', `m${seq}`);

    assert.ok(world.messages().length <= 1500);
    assert.equal(world.contents().at(-1), 'm2000');
    assert.equal(world.here.isComplete, false);
  });

  test('on a v1 server has no seq: it stands as it came', () => {
    const world = new World({ generation: 1 });
    for (const content of ['a', 'b', 'c']) world.said('bob', content, { id: undefined, seq: undefined });

    assert.deepEqual(world.contents(), ['a', 'b', 'c']);
    assert.deepEqual(world.asked(), []);
  });
});

describe('unread', () => {
  test('is counted where nobody looks, with mentions apart', () => {
    const world = new World()
      .said('bob', 'x', { channel: '#dev' })
      .said('bob', 'hi', { channel: '#dev', seq: 2, id: 9, mentions: ['Alice'] });

    assert.deepEqual([world.in('#dev').unread, world.in('#dev').mentions, world.here.unread], [2, 1, 0]);
  });

  test('@all mentions everybody, a name of v1 is looked for in the words', () => {
    assert.equal(new World().said('bob', 'x', { channel: '#dev', mentions: ['all'] }).in('#dev').mentions, 1);
    const old = new World({ generation: 1 });
    for (const [content, mentions] of [
      ['Alice: yes', 1],
      ['alicea', 1],
      ['@alice!', 2],
    ] as const) {
      old.said('bob', content, { channel: '#dev', id: undefined, seq: undefined });
      assert.equal(old.in('#dev').mentions, mentions, content);
    }
  });

  test('is over when one looks; the line stays until Escape, or until one goes', () => {
    const world = new World().said('bob', 'a', { channel: '#dev', seq: 1 }).said('bob', 'b', { channel: '#dev', seq: 2 });
    world.taken();
    world.press('<alt+2>');

    assert.deepEqual([world.in('#dev').unread, world.in('#dev').mark], [0, 0]);
    assert.ok(world.taken().some((effect) => effect.do === 'read' && effect.place === '#dev' && effect.seq === 2));
    world.press('<escape>');
    assert.equal(world.in('#dev').mark, null);
  });

  test('of what one has read on another machine is taken back', () => {
    const world = new World().said('bob', 'a', { channel: '#dev', seq: 1 }).hear({ type: 'read', channel: '#dev', seq: 1 });

    assert.deepEqual([world.in('#dev').unread, world.in('#dev').mark], [0, null]);
  });

  test('comes with the list of channels for those that were not open', () => {
    const world = new World().answer(
      { type: 'channels' },
      {
        channels: [
          { name: '#dev', topic: 't', last_seq: 9, joined: true, unread: 4, mentions: 1 },
          { name: '#other', last_seq: 1, joined: false },
        ],
      },
    );

    assert.deepEqual([world.in('#dev').unread, world.in('#dev').mentions, world.in('#dev').mark, world.in('#dev').topic], [4, 1, 5, 't']);
    assert.equal(world.state.conversations.has('#other'), false);
  });

  test('grows in the open channel too while the terminal has no focus', () => {
    const world = new World().said('bob', 'a').on({ kind: 'pressed', press: { kind: 'focus', isFocused: false } });
    world.said('bob', 'b').said('bob', 'c');

    assert.deepEqual([world.here.unread, world.here.mark], [2, 1]);
    world.on({ kind: 'pressed', press: { kind: 'focus', isFocused: true } });
    assert.deepEqual([world.here.unread, world.here.mark], [0, 1]);
  });
});

describe('notification', () => {
  const told = (world: World) => world.taken().filter((effect) => effect.do === 'notify').length;

  test('is for mentions and private messages where nobody looks, for nothing else', () => {
    assert.equal(told(new World().said('bob', 'x', { channel: '#dev' })), 0);
    assert.equal(told(new World().said('bob', 'x', { channel: '#dev', mentions: ['alice'] })), 1);
    assert.equal(told(new World().said('bob', 'x', { mentions: ['alice'] })), 0);
    assert.equal(told(new World().said('alice', 'x', { channel: '#dev' })), 0);
  });

  test('can be had for everything, or for nothing', () => {
    assert.equal(told(new World().press('/set bell all<enter>').said('bob', 'x', { channel: '#dev' })), 1);
    assert.equal(told(new World().press('/set bell off<enter>').said('bob', 'x', { to: 'alice' })), 0);
  });
});

describe('what becomes of a message', () => {
  test('edited, deleted, reacted to, pinned: it is the same message', () => {
    const world = new World().said('bob', 'teh', { seq: 1 });
    const place = { id: 1, seq: 1, channel: '#general' };
    const timestamp = '2026-11-22T09:00:00.000Z';
    world.hear({ type: 'edited', ...place, from: 'bob', content: 'the', revision: 1, timestamp });
    world.hear({ type: 'reaction', ...place, by: 'carol', emoji: '👍', op: 'add', count: 1 });
    world.hear({ type: 'reaction', ...place, by: 'alice', emoji: '👍', op: 'add', count: 2 });
    world.hear({ type: 'pinned', channel: '#general', id: 1, seq: 1, pinned: true, by: 'bob' });

    const [message] = world.messages();
    assert.deepEqual([message?.content, message?.isEdited, message?.isPinned], ['the', true, true]);
    assert.deepEqual(message?.reactions, [{ emoji: '👍', count: 2, isMine: true }]);
    world.hear({ type: 'reaction', ...place, by: 'carol', emoji: '👍', op: 'remove', count: 0 });
    assert.deepEqual(world.messages()[0]?.reactions, []);
    world.hear({ type: 'deleted', ...place, by: 'bob', timestamp });
    assert.deepEqual([world.messages()[0]?.content, world.messages()[0]?.isDeleted], ['', true]);
  });

  test('in private is found by whom it is between', () => {
    const world = new World().said('bob', 'psst', { to: 'alice', seq: 1 });
    world.hear({ type: 'deleted', id: 1, seq: 1, from: 'bob', to: 'alice', by: 'bob', timestamp: '2026-11-22T09:00:00.000Z' });

    assert.equal(world.messages('bob')[0]?.isDeleted, true);
  });

  test('of one that is not there changes nothing', () => {
    const world = new World().said('bob', 'a');
    const before = world.here.items;
    world.hear({ type: 'deleted', id: 77, seq: 77, channel: '#general', by: 'bob', timestamp: '2026-11-22T09:00:00.000Z' });

    assert.equal(world.here.items, before);
  });
});

describe('people', () => {
  test('come, go and change; a channel that one leaves oneself is closed', () => {
    const world = new World().said('bob', 'x', { channel: '#dev' });
    world.hear({ type: 'joined', channel: '#dev', username: 'carol' }).hear({ type: 'left', channel: '#dev', username: 'bob' });
    world.hear({ type: 'status', user: 'carol', state: 'away', text: 'tea' });

    assert.deepEqual(world.notices('#dev'), ['carol came in.', 'bob left.']);
    assert.deepEqual(world.state.people.get('carol'), { name: 'carol', state: 'away', text: 'tea' });
    world.hear({ type: 'left', channel: '#dev', username: 'Alice' });
    assert.equal(world.state.conversations.has('#dev'), false);
  });

  test('that come as guests are here at once, though nobody told of it, and gone as if they had never been', () => {
    const world = new World({ columns: 120 }).answer(
      { type: 'members', channel: '#general' },
      { channel: '#general', members: [{ username: 'bob', role: 'member', state: 'online' }] },
    );
    world.said('bob', 'x', { channel: '#dev' }).answer({ type: 'members', channel: '#dev' }, { channel: '#dev', members: [] });
    world.press('<alt+2>').hear({ type: 'joined', channel: '#dev', username: 'gus' });
    assert.ok(world.screen().some((row) => row.includes('● gus')));
    for (let at = 1; at <= 500; at++) {
      const guest = `guest${at}`;
      for (const channel of ['#general', '#dev']) world.said(guest, 'hi', { channel, seq: at, id: at });
      world.hear({ type: 'status', user: guest, state: 'offline' });
    }
    world.hear({ type: 'status', user: 'zoe', state: 'online' }).hear({ type: 'joined', channel: '#dev', username: 'zoe' });
    for (const user of ['bob', 'gus', 'zoe']) world.hear({ type: 'status', user, state: 'offline' });

    assert.deepEqual([...world.state.people.keys()].sort(), ['bob', 'zoe']);
    assert.deepEqual([...(world.in('#general').members ?? [])].map(([key]) => key).sort(), ['bob']);
    assert.deepEqual([...(world.here.members ?? [])].map(([key]) => key).sort(), ['zoe']);
  });

  test('write, and are forgotten after six seconds or with what they say', () => {
    const world = new World().hear({ type: 'typing', channel: '#general', from: 'bob' });
    for (const columns of [120, 60, 44]) {
      const before = world.here.typing.size;
      world.on({ kind: 'resized', columns, rows: 20 });
      const status = world.screen().at(-2) ?? '';
      assert.ok(before === 1 && status.includes('bob is writing') && status.includes('v2') && status.length === columns, status);
    }
    world.now += 7000;
    world.on({ kind: 'tick' });
    assert.equal(world.here.typing.size, 0);
    world.hear({ type: 'typing', channel: '#general', from: 'bob' }).said('bob', 'there');
    assert.equal(world.here.typing.size, 0);
  });

  test('that are told to be here are the only ones here', () => {
    const world = new World().hear({ type: 'status', user: 'old', state: 'online' });
    world.answer({ type: 'users' }, { users: ['bob', 'zoe'], details: [{ username: 'bob', state: 'dnd' }] });

    assert.deepEqual(
      [...world.state.people].map(([key, { state }]) => [key, state]),
      [
        ['old', 'offline'],
        ['bob', 'dnd'],
        ['zoe', 'online'],
      ],
    );
  });
});

describe('the connection', () => {
  test('when it is there first, history, channels and people are asked for', () => {
    const world = new World({ isOnline: false }).online();

    assert.deepEqual(
      world.asked().map((ask) => (ask as { type: string }).type),
      ['history', 'channels', 'users', 'members', 'conversations'],
    );
  });

  test('after a cut what was missed is asked for from where one stood, and the draft is still there', () => {
    const world = new World().said('bob', 'a', { seq: 5 }).press('half a th');
    world.hear({ type: 'state', state: 'waiting', retryInMs: 4000 });
    assert.ok(world.screen().some((row) => row.includes('next try in 4 s')));
    world.taken();
    world.online();

    assert.deepEqual(world.asked()[0], { type: 'history', channel: '#general', after: 5, limit: 200 });
    assert.equal(world.state.editor.text, 'half a th');
  });

  test('after a cut the members of what is shown are asked for again, those of the rest when it is opened', () => {
    const world = new World().said('bob', 'x', { channel: '#dev' }).said('bob', 'x', { to: 'alice' });
    const member = (username: string) => ({ username, role: 'member' });
    for (const channel of ['#general', '#dev'])
      world.answer({ type: 'members', channel }, { channel, members: [member('alice'), member('bob'), member('eve')] });
    const details = [{ username: 'zoe', state: 'online', guest: true }];
    world.hear({ type: 'joined', channel: '#general', username: 'zoe' }).answer({ type: 'users' }, { users: ['zoe'], details });
    world.hear({ type: 'state', state: 'waiting', retryInMs: 500 });
    world.taken();

    world.online();

    const members = (asked: readonly unknown[]) => asked.filter((ask) => (ask as { type: string }).type === 'members');
    assert.deepEqual(members(world.asked()), [{ type: 'members', channel: '#general' }]);
    assert.ok(world.screen().some((row) => row.includes('eve')));
    world.answer({ type: 'users' }, { users: ['alice', 'bob'], details: [] });
    world.answer({ type: 'members', channel: '#general' }, { channel: '#general', members: [member('alice'), member('bob')] });
    assert.deepEqual([...(world.here.members?.keys() ?? [])], ['alice', 'bob']);
    world.press('<alt+2>');
    assert.deepEqual(members(world.asked()), [{ type: 'members', channel: '#dev' }]);
  });

  test('that is refused a login it had before asks for it again, and forgets nothing', () => {
    const world = new World().said('bob', 'a', { seq: 5 }).press('half a th');
    world.state = { ...world.state, login: { address: 'a', way: 'login', name: 'alice' } };
    world.hear({ type: 'state', state: 'closed', error: new ChatError('login_failed') });

    assert.match(world.screen().join('\n'), /Password .*[\s\S]*Login failed/);
    world.taken();
    const [connect] = world.press('right<enter>').taken();
    assert.deepEqual(connect, { do: 'connect', address: 'a', way: 'login', name: 'alice', password: 'right' });
    world.online();
    assert.deepEqual([world.state.editor.text, world.contents()], ['half a th', ['a']]);
    world.hear({ type: 'state', state: 'closed', error: new ChatError('banned') });
    assert.equal(world.state.mode.kind, 'compose');
    world.hear({ type: 'state', state: 'closed', error: new ChatError('totp_failed') });
    assert.match(world.screen().join('\n'), /Password \(not shown/);
  });

  test('when more was missed than a page, the newest page takes its place', () => {
    const world = new World().said('bob', 'old', { seq: 1 }).press('hello<enter>');
    world.taken();
    world.answer({ type: 'history', channel: '#general', after: 1 }, { channel: '#general', messages: page(2, 3), complete: false });
    assert.deepEqual(world.asked(), [{ type: 'history', channel: '#general', limit: 200 }]);
    world.answer({ type: 'history', channel: '#general' }, { channel: '#general', messages: page(500, 501), complete: false });

    assert.deepEqual(world.contents(), ['m500', 'm501', 'hello']);
    assert.equal(world.here.isComplete, false);
  });

  test('to a v1 server is told, and asks only for what it knows', () => {
    const world = new World({ isOnline: false }).online('alice', 1);

    assert.deepEqual(world.asked(), [{ type: 'users' }]);
    assert.match(world.notices()[0] ?? '', /old protocol/);
  });

  test('a gap of the server, and one of our own, are fetched', () => {
    const world = new World().hear({ type: 'gap', channel: '#general', from_seq: 4, to_seq: 9 });
    assert.deepEqual(world.asked(), [{ type: 'history', channel: '#general', after: 3, limit: 200 }]);
    world.hear({ type: 'lost', count: 2, channels: { '#dev': { from_seq: 7, to_seq: 8 } } });
    assert.deepEqual(world.asked(), [{ type: 'history', channel: '#dev', after: 6, limit: 200 }]);
  });
});

test('nothing that arrives changes the state that was there before', () => {
  const freeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
    Object.freeze(value);
    if (value instanceof Map) for (const one of value.values()) freeze(one);
    else for (const one of Object.values(value)) freeze(one);
  };
  const world = new World();
  for (let seq = 1; seq < 30; seq++) {
    freeze(world.state);
    world.said('bob', `hello ${seq}`).press(seq % 5 === 0 ? 'hi<enter><page-up><alt+s><escape>' : 'a<tab><backspace>');
  }
  assert.ok(world.messages().length > 29);
});
