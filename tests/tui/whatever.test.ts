import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { heard } from '../../server/protocol/heard.ts';
import { ChatError } from '../../tools/client/main.ts';
import { keyTable, selectKeys } from '../../tools/tui/keys.ts';
import type { Conversation } from '../../tools/tui/model/state.ts';
import type { Keypress } from '../../tools/tui/terminal/keypress.ts';
import { widthOf } from '../../tools/tui/text/width.ts';
import { World } from './world.ts';

/** Something that happens to the client: by the hand of its user, from the server, or of the terminal. */
interface Happening {
  readonly happen: (world: World) => void;
  /** How it is told of when a run fails. */
  readonly [fc.toStringMethod]: () => string;
}

/** Whatever an arbitrary gives happens in this way. */
function happening<T>(what: string, arbitrary: fc.Arbitrary<T>, happen: (world: World, given: T) => unknown): fc.Arbitrary<Happening> {
  return arbitrary.map((given) => ({
    happen: (world) => void happen(world, given),
    [fc.toStringMethod]: () => `${what} ${JSON.stringify(given)}`,
  }));
}

const seqs = 40;
const names = fc.constantFrom('alice', 'bob', 'Élodie', 'eve');
const channels = fc.constantFrom('#general', '#dev', '#bts2-web');
const seq = fc.integer({ min: 1, max: seqs });
const content = fc.oneof(
  fc.constantFrom(
    'hi',
    'salut @alice',
    '@all exam?',
    'a\nb\nc',
    '日本語'.repeat(40),
    '👍🏽',
    '\u001b[2Jx',
    '',
    '```\ncode\n```',
    '*b*',
    ' '.repeat(90),
  ),
  fc.string({ unit: 'binary', maxLength: 80 }),
);
const keys = [...new Set(Object.values(keyTable).flatMap((row): readonly string[] => row.keys))].flatMap((key) => key.split(' '));
const typed = fc.constantFrom(
  ...Object.keys(selectKeys),
  ...['y', 'n', '1', 'hello', '@b', ':fi', '#d', '/', '/help', '/join #dev', '/part', '/query bob', '/split', '/search hi', '/topic x'],
  ...['/away soon', '/poll a? b c', '/set theme light', '/clear', '/raw {"type":"ping"}', '/totp on', '/react 👍', '/lang fr', '/x'],
);

const press = (world: World, given: Keypress) => world.on({ kind: 'pressed', press: given });
const enter: Keypress = { kind: 'key', key: 'enter' };
const byHand = fc.oneof(
  happening('key', fc.constantFrom(...keys), (world, key) => press(world, { kind: 'key', key })),
  happening('text', typed, (world, text) => press(world, { kind: 'text', text })),
  happening('line', typed, (world, text) => press(press(world, { kind: 'text', text }), enter)),
  happening('paste', content, (world, text) => world.paste(text)),
  happening('focus', fc.boolean(), (world, isFocused) => press(world, { kind: 'focus', isFocused })),
  happening(
    'mouse',
    fc.record({ what: fc.constantFrom('click', 'wheel-up', 'wheel-down'), row: fc.nat(30), column: fc.nat(100) }),
    (world, pointed) => press(world, { kind: 'mouse', ...pointed }),
  ),
);

const timestamp = '2026-11-22T08:00:00.000Z';
const idOf = (channel: string, at: number) => 1000 * channel.length + at;
const page = fc.record({
  channel: channels,
  messages: fc.uniqueArray(fc.record({ seq, from: names, content }), { maxLength: 30, selector: (one) => one.seq }),
  complete: fc.boolean(),
  around: fc.constantFrom({ before: 20 }, { after: 3 }, {}),
});
const fromServer = fc.oneof(
  happening('said', fc.record({ channel: channels, from: names, content, seq }), (world, { from, content: text, ...at }) =>
    world.said(from, text, { ...at, id: idOf(at.channel, at.seq) }),
  ),
  happening('said in private', fc.record({ from: names, content, seq }), (world, { from, content: text, seq: at }) =>
    world.said(from, text, {
      to: from === 'alice' ? 'bob' : 'alice',
      seq: at,
      id: idOf(`private with ${from === 'alice' ? 'bob' : from}`, at),
    }),
  ),
  happening('edited', fc.record({ channel: channels, seq, from: names, content }), (world, one) =>
    world.hear(heard.edited.parse({ type: 'edited', id: idOf(one.channel, one.seq), revision: 1, timestamp, ...one })),
  ),
  happening('deleted', fc.record({ channel: channels, seq, by: names }), (world, one) =>
    world.hear(heard.deleted.parse({ type: 'deleted', id: idOf(one.channel, one.seq), timestamp, ...one })),
  ),
  happening(
    'reaction',
    fc.record({ channel: channels, seq, by: names, op: fc.constantFrom('add', 'remove'), count: fc.nat(3) }),
    (world, one) => world.hear(heard.reaction.parse({ type: 'reaction', id: idOf(one.channel, one.seq), emoji: '👍', ...one })),
  ),
  happening('pinned', fc.record({ channel: channels, seq, by: names, pinned: fc.boolean() }), (world, one) =>
    world.hear(heard.pinned.parse({ type: 'pinned', id: idOf(one.channel, one.seq), ...one })),
  ),
  happening('joined', fc.record({ channel: channels, username: names }), (world, one) =>
    world.hear(heard.joined.parse({ type: 'joined', ...one })),
  ),
  happening('left', fc.record({ channel: channels, username: names }), (world, one) =>
    world.hear(heard.left.parse({ type: 'left', ...one })),
  ),
  happening('changed', fc.record({ channel: channels, by: names, topic: content }), (world, one) =>
    world.hear(heard.channel.parse({ type: 'channel', ...one })),
  ),
  happening('status', fc.record({ user: names, state: fc.constantFrom('online', 'away', 'dnd', 'offline') }), (world, one) =>
    world.hear(heard.status.parse({ type: 'status', ...one })),
  ),
  happening('typing', fc.record({ channel: channels, from: names }), (world, one) =>
    world.hear(heard.typing.parse({ type: 'typing', ...one })),
  ),
  happening('read', fc.record({ channel: channels, seq }), (world, one) => world.hear(heard.read.parse({ type: 'read', ...one }))),
  happening('gap', fc.record({ channel: channels, seq }), (world, one) =>
    world.hear(heard.gap.parse({ type: 'gap', channel: one.channel, from_seq: one.seq, to_seq: one.seq + 2 })),
  ),
  happening('page', page, (world, { channel, messages, complete, around }) =>
    world.answer(
      { type: 'history', channel, ...around, limit: 200 },
      {
        channel,
        messages: messages.map((one) => ({ id: idOf(channel, one.seq), timestamp, ...one })).toSorted((one, other) => one.seq - other.seq),
        complete,
      },
    ),
  ),
  happening('link', fc.constantFrom('closed', 'waiting', 'online'), (world, state) =>
    state === 'online' ? world.online() : world.hear({ type: 'state', state, error: new ChatError('unreachable') }),
  ),
);

const ofTheTerminal = fc.oneof(
  happening('resized', fc.record({ columns: fc.integer({ min: 10, max: 200 }), rows: fc.integer({ min: 5, max: 60 }) }), (world, size) =>
    world.on({ kind: 'resized', ...size }),
  ),
  happening('later', fc.nat(20_000), (world, ms) => {
    world.now += ms;
    world.on({ kind: 'tick' });
  }),
  happening('outcome', fc.constantFrom('stored', 'failed'), (world, kind) => {
    for (const effect of world.taken()) {
      if (effect.do !== 'say') continue;
      const { key, place } = effect;
      if (kind === 'failed') world.on({ kind, key, place, why: 'busy' });
      else world.on({ kind: 'stored', key, place, stored: { id: 500_000 + key, seq: seqs + key, at: world.now } });
    }
  }),
);

/** What holds of every conversation, whatever happened to it. */
function check({ name, items, unread, mentions, anchor, lastOrder }: Conversation): void {
  const unique = (values: readonly unknown[], what: string) =>
    assert.equal(new Set(values).size, values.length, `${what} twice in ${name}`);
  const stored = items.filter((item) => item.kind === 'message' && item.id !== undefined);
  unique(
    items.map(({ key }) => key),
    'an item',
  );
  unique(
    stored.map((item) => (item.kind === 'message' ? item.id : undefined)),
    'a message',
  );
  const orders = stored.map(({ order }) => order);
  assert.deepEqual(
    orders,
    orders.toSorted((one, other) => one - other),
    `the order in ${name}`,
  );
  assert.ok(unread >= 0 && mentions >= 0 && mentions <= unread, `${mentions} mentions of ${unread} unread in ${name}`);
  assert.ok(anchor === null || items.some(({ key }) => key === anchor.key), `what is looked at is there, in ${name}`);
  assert.ok(
    orders.every((order) => order <= lastOrder),
    `the last of ${name}`,
  );
}

test('whatever happens, in whatever order: the screen is whole, and no conversation is out of order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 3, arbitrary: byHand }, { weight: 3, arbitrary: fromServer }, ofTheTerminal), {
        minLength: 10,
        maxLength: 120,
      }),
      (happenings) => {
        const world = new World();
        for (const { happen } of happenings) {
          happen(world);
          const { columns, rows } = world.state.screen;
          const screen = world.screen();
          assert.equal(screen.length, rows);
          for (const row of screen) assert.ok(widthOf(row) <= columns, JSON.stringify(row));
          for (const conversation of world.state.conversations.values()) check(conversation);
          const { conversations, current } = world.state;
          // Who has left everything sees an empty #general, and stays there until they choose.
          assert.ok(conversations.has(current) || current === '#general', 'what is looked at is open');
        }
      },
    ),
    { numRuns: 100, includeErrorInReport: true },
  );
});
