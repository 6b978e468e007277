import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { World } from './world.ts';

const page = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => ({
    id: from + at,
    seq: from + at,
    from: 'bob',
    content: `m${from + at}`,
    timestamp: '2026-11-22T08:00:00.000Z',
  }));
const full = () =>
  new World().answer({ type: 'history', channel: '#general' }, { channel: '#general', messages: page(101, 200), complete: false });

describe('scrolling', () => {
  test('keeps its place while new messages come, and says how many there are', () => {
    const world = full().press('<page-up>');
    const timeline = () =>
      world
        .screen()
        .slice(1, -4)
        .map((row) => row.slice(20, 80));
    const seen = timeline();
    world.said('carol', 'new', { seq: 201 });

    assert.deepEqual(timeline(), seen);
    assert.ok(world.screen().some((row) => row.includes('more · End')));
    assert.equal(world.here.unread, 1);
    world.press('<end>');
    assert.equal(world.here.unread, 0);
    assert.ok(world.screen().some((row) => row.includes('new')));
  });

  test('to the top has older messages fetched, once, until the beginning', () => {
    const world = full();
    world.taken();
    for (let index = 0; index < 10; index++) world.press('<page-up>');
    assert.deepEqual(world.asked(), [{ type: 'history', channel: '#general', before: 101, limit: 100 }]);

    world.answer({ type: 'history', channel: '#general', before: 101 }, { channel: '#general', messages: page(1, 100), complete: true });
    assert.equal(world.messages().length, 200);
    for (let index = 0; index < 20; index++) world.press('<page-up>');
    assert.deepEqual(world.asked(), []);
    assert.ok(world.screen().some((row) => row.includes('m1 ')));
    for (let index = 0; index < 30; index++) world.press('<page-down>');
    assert.equal(world.here.anchor, null);
  });

  test('stays among the messages that are kept, however many come meanwhile', () => {
    const world = full().press('<page-up>');
    for (let seq = 201; seq <= 8000; seq++) world.said('carol', `m${seq}`, { seq, id: seq });

    assert.ok(world.here.items.length <= 6000);
    const rows = world.screen().slice(1, -3);
    assert.ok(
      rows.every((row) => /carol │ m\d+ /.test(row)),
      rows.join('\n'),
    );
    world.press('<end>');
    assert.ok(world.screen().some((row) => row.includes('m8000')));
  });

  test('that is refused can be tried again', () => {
    const world = full();
    for (let index = 0; index < 10; index++) world.press('<page-up>');
    world.taken();
    world.on({ kind: 'refused', ask: { type: 'history', channel: '#general' }, why: 'busy', isAsked: false }).press('<page-up>');

    assert.equal(world.asked().length, 1);
  });

  test('goes to the first unread line, and to mentions', () => {
    const world = new World().said('bob', 'seen', { channel: '#dev', seq: 1, id: 1001 });
    world.press('<alt+2><alt+1>');
    for (let seq = 2; seq <= 80; seq++)
      world.said('bob', `u${seq}`, { channel: '#dev', seq, id: 1000 + seq, mentions: seq % 30 === 0 ? ['alice'] : [] });
    world.press('<alt+2><alt+u>');
    assert.ok(world.screen().some((row) => row.includes('unread')));
    assert.ok(world.screen().some((row) => row.includes('u2 ')));

    world.press('<end><alt+p>');
    assert.ok(world.screen().some((row) => row.includes('u60')));
    world.press('<alt+p>');
    assert.ok(world.screen().some((row) => row.includes('u30')));
    assert.ok(world.press('<alt+p>').state.hint !== null);
    world.press('<alt+n>');
    assert.ok(world.screen().some((row) => row.includes('u60')));
  });
});

describe('going about', () => {
  const busy = () =>
    new World()
      .said('bob', 'x', { channel: '#dev' })
      .said('bob', 'x', { channel: '#zoo', mentions: ['alice'] })
      .said('carol', 'x', { to: 'alice' });
  const at = (world: World) => world.here.name;

  test('by number, by order, back and forth', () => {
    assert.equal(at(busy().press('<alt+3>')), '#zoo');
    assert.equal(at(busy().press('<alt+9>')), '#general');
    assert.equal(at(busy().press('<ctrl+n>')), '#dev');
    assert.equal(at(busy().press('<ctrl+p>')), 'carol');
    assert.equal(at(busy().press('<ctrl+n><alt+/>')), '#general');
  });

  test('to what matters most: a mention, then a private message, then the rest', () => {
    const world = busy();
    const visited = Array.from({ length: 3 }, () => at(world.press('<alt+a>')));
    assert.deepEqual(visited, ['#zoo', 'carol', '#dev']);
    assert.ok(world.press('<alt+a>').state.hint !== null);
  });

  test('by a few letters, to people too', () => {
    assert.equal(at(busy().press('<ctrl+k>zo<enter>')), '#zoo');
    assert.equal(at(busy().press('<ctrl+k>bo<enter>')), 'bob');
    assert.equal(at(busy().press('<ctrl+k>zo<escape>')), '#general');
    assert.equal(at(busy().press('<ctrl+k><down><enter>')), '#dev');
  });

  test('into a channel by /join, whose history and members are asked for, and out by /part', () => {
    const world = new World().press('/join dev<enter>');
    assert.deepEqual(world.asked(), [{ type: 'join', channel: '#dev' }]);
    world.answer({ type: 'join', channel: '#dev' }, { channel: '#dev' }, true);
    assert.equal(at(world), '#dev');
    assert.deepEqual(world.asked(), [
      { type: 'history', channel: '#dev', limit: 200 },
      { type: 'members', channel: '#dev' },
    ]);
    world.press('/part<enter>').answer({ type: 'leave', channel: '#dev' }, { channel: '#dev' }, true);
    assert.equal(at(world), '#general');
  });
});

describe('two conversations at once', () => {
  const two = () => new World().said('bob', 'below', {}).said('eve', 'above', { channel: '#dev' });

  test('are seen, the other one above, and what is seen is read', () => {
    const world = two().press('<alt+v>');
    const rows = world.screen();
    const at = (text: string) => rows.findIndex((row) => row.includes(text));
    assert.ok(at('above') > 0 && at('above') < at('#dev ↑') && at('#dev ↑') < at('below'), rows.join('\n'));
    assert.equal(world.in('#dev').unread, 0);
    assert.equal(world.said('eve', 'more', { channel: '#dev' }).in('#dev').unread, 0);
    assert.ok(world.screen().some((row) => row.includes('more')));
    assert.equal(world.here.name, '#general');
  });

  test('change places, part again, and need room and each other', () => {
    const world = two().press('<alt+v><alt+2>');
    assert.equal(world.here.name, '#dev');
    const rows = world.screen();
    assert.ok(rows.findIndex((row) => row.includes('below')) < rows.findIndex((row) => row.includes('above')));
    assert.ok(
      !world
        .press('<alt+v>')
        .screen()
        .some((row) => row.includes('↑ ──')),
    );
    assert.match(new World().press('<alt+v>').state.hint?.text ?? '', /no other conversation/);
    const small = two().on({ kind: 'resized', columns: 60, rows: 9 }).press('<alt+v>');
    assert.match(small.state.hint?.text ?? '', /too small/);
  });

  test('scroll the one below, by its own height', () => {
    const world = new World({ rows: 20 }).said('eve', 'above', { channel: '#dev' });
    for (let index = 1; index <= 60; index++) world.said('bob', `line ${index}.`, { seq: 100 + index, id: 100 + index });
    world.press('<alt+v><page-up>');
    const rows = world.screen().join('\n');
    assert.match(rows, /above[\s\S]*line 5\d\./);
    assert.doesNotMatch(rows, /line 60\./);
    assert.match(world.press('<page-up>').screen().join('\n'), /line 4\d\./);
  });
});

describe('the mouse', () => {
  const wheel = { kind: 'pressed', press: { kind: 'mouse', what: 'wheel-up', row: 5, column: 40 } } as const;
  const click = (row: number, column: number) => ({ kind: 'pressed', press: { kind: 'mouse', what: 'click', row, column } }) as const;

  test('says nothing before it is asked for; then the wheel scrolls and a click opens a channel', () => {
    const world = new World({ rows: 12 }).said('eve', 'x', { channel: '#dev' });
    for (let index = 1; index <= 30; index++) world.said('bob', `line ${index}.`, { seq: 10 + index, id: 10 + index });
    world.taken();
    assert.equal(world.on(wheel).here.anchor, null);
    assert.deepEqual(world.press('<alt+m>').taken(), [{ do: 'mouse', isOn: true }]);
    assert.notEqual(world.on(wheel).here.anchor, null);
    assert.equal(world.on(click(2, 40)).here.name, '#general');
    assert.equal(world.on(click(2, 4)).here.name, '#dev');
    assert.equal(world.on(click(9, 4)).here.name, '#dev');
    assert.deepEqual(world.press('<alt+m>').taken().at(-1), { do: 'mouse', isOn: false });
  });

  test('does not answer the question about a paste', () => {
    const world = new World().said('eve', 'x', { channel: '#dev' }).press('<alt+m>').paste('a\nb').on(click(2, 4)).on(wheel);
    assert.equal(world.state.mode.kind, 'paste');
    assert.equal(world.here.name, '#general');
  });
});

describe('a conversation that is left', () => {
  test('gives way to one that is open, and nothing is chosen in it', () => {
    const world = new World().said('bob', 'psst', { to: 'alice' }).said('bob', 'a', { seq: 1, id: 11 });
    world.press('<alt+s>').hear({ type: 'left', channel: '#general', username: 'alice' });

    assert.equal(world.here.name, 'bob');
    assert.equal(world.state.mode.kind, 'compose');
    world.said('eve', 'hello', { channel: '#dev' }).press('/part<enter>');
    assert.equal(world.here.name, '#dev');
    assert.equal(world.here.unread, 0);
  });
});

describe('a selected message', () => {
  const chosen = (keys: string) =>
    new World().said('bob', 'a', { seq: 1, id: 11 }).said('bob', 'b', { seq: 2, id: 12 }).press(`<alt+s>${keys}`);
  const asked = (keys: string) => {
    const world = chosen('');
    world.taken();
    return world.press(keys).asked();
  };

  test('is answered, reacted to, reported, deleted after a question, copied', () => {
    const world = chosen('<up>r');
    world.taken();
    world.press('yes<enter>');
    const say = world.taken().find((effect) => effect.do === 'say');
    assert.ok(say?.do === 'say');
    assert.equal(say.replyTo, 11);
    assert.deepEqual(asked('+:fire:<enter>'), [{ type: 'react', id: 12, emoji: '🔥', op: 'add' }]);
    assert.deepEqual(asked('!spam<enter>'), [{ type: 'report', id: 12, reason: 'spam' }]);
    assert.deepEqual(asked('dn'), []);
    assert.deepEqual(asked('dy'), [{ type: 'delete', id: 12 }]);
    const copied = chosen('');
    copied.taken();
    assert.deepEqual(copied.press('y').taken(), [{ do: 'copy', text: 'b' }]);
  });

  test('stays where it is while others write, and they are counted as unread', () => {
    const world = full().press('<alt+s>');
    const rowOf = (text: string) => world.screen().findIndex((row) => row.includes(text));
    const at = rowOf('m200 ');
    world.said('carol', 'first', { seq: 201, id: 201 });
    const held = rowOf('m200 ');
    for (let seq = 202; seq <= 260; seq++) world.said('carol', `later ${seq}`, { seq, id: seq });

    assert.ok(at > 0 && held > 0 && held >= at - 2, `row ${at}, then ${held}`);
    assert.equal(rowOf('m200 '), held);
    assert.equal(world.here.unread, 60);
    world.taken();
    assert.deepEqual(world.press('dy').asked(), [{ type: 'delete', id: 200 }]);
    world.press('<end>');
    assert.equal(world.here.unread, 0);
    assert.ok(rowOf('later 260') > 0);
  });

  test('is reacted to by a name that Tab completes among those that are shown', () => {
    const world = chosen('+th');
    assert.ok(world.screen().some((row) => row.includes('👍 thumbsup')));
    world.taken();
    assert.deepEqual(world.press('<ctrl+u>thumbsu<tab><enter>').asked(), [{ type: 'react', id: 12, emoji: '👍', op: 'add' }]);
    const wrong = { type: 'react', id: 12, emoji: 'thumbsupp', op: 'add' };
    world.on({ kind: 'refused', ask: wrong, why: 'The field “emoji” is missing or wrong.', isAsked: true });
    assert.match(world.state.hint?.text ?? '', /thumbsupp.*is no emoji/);
  });

  test('of others cannot be edited; one without a number cannot be touched', () => {
    assert.deepEqual(
      asked('eX<enter>').filter((ask) => (ask as { type: string }).type === 'edit'),
      [],
    );
    const old = new World({ generation: 1 }).said('bob', 'a', { id: undefined, seq: undefined }).press('<alt+s>r');
    assert.match(old.state.hint?.text ?? '', /no number/);
  });

  test('that was not sent is sent again', () => {
    const world = new World().press('x<enter>');
    world.on({ kind: 'failed', key: world.messages()[0]?.key ?? 0, place: '#general', why: 'busy' });
    world.taken();
    world.press('<alt+s><enter>');
    assert.equal(world.taken().filter(({ do: what }) => what === 'say').length, 1);
    assert.deepEqual(
      world.messages().map(({ status }) => status),
      ['pending'],
    );
  });

  test('an answer can be given up', () => {
    const world = chosen('r');
    assert.notEqual(world.state.target, null);
    assert.equal(world.press('<escape>').state.target, null);
  });
});

describe('searching', () => {
  test('asks the server with its filters, and goes to what is chosen', () => {
    const world = full();
    world.taken();
    world.press('<ctrl+f>needle in:#dev from:bob<enter>');
    const [ask] = world.asked() as { type: string }[];
    assert.deepEqual(ask, { type: 'search', query: 'needle', channel: '#dev', from: 'bob', limit: 50 });
    const messages = [{ id: 1, seq: 5, from: 'bob', content: 'a needle', channel: '#dev', timestamp: '2026-11-22T08:00:00.000Z' }];
    world.answer(ask as { type: string }, { messages, complete: true }, true);
    assert.ok(world.screen().some((row) => row.includes('a needle')));
    world.taken();
    world.press('<enter>');

    assert.equal(world.here.name, '#dev');
    assert.ok(world.asked().some((one) => (one as { around?: number }).around === 5));
  });

  test('that finds nothing, or is refused, says so', () => {
    const empty = new World().press('/search xyz<enter><enter>').answer({ type: 'search' }, { messages: [], complete: true }, true);
    assert.ok(empty.screen().some((row) => row.includes('nothing found')));
    const refused = new World()
      .press('<ctrl+f>x<enter>')
      .on({ kind: 'refused', ask: { type: 'search' }, why: 'Too short.', isAsked: true });
    assert.ok(refused.screen().some((row) => row.includes('Too short.')));
  });

  test('that was left is not told any more', () => {
    const world = new World().press('<ctrl+f>x<enter><escape>').answer({ type: 'search' }, { messages: [], complete: true }, true);
    assert.equal(world.state.mode.kind, 'compose');
  });
});
