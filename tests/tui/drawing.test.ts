import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { render } from 'ink-testing-library';
import { createElement } from 'react';
import { welcome } from '../../tools/tui/model/welcome.ts';
import { Program } from '../../tools/tui/program.ts';
import { LinearScreen } from '../../tools/tui/terminal/linear.ts';
import { Screen } from '../../tools/tui/terminal/screen.ts';
import { Terminal } from '../../tools/tui/terminal/terminal.ts';
import { painter } from '../../tools/tui/text/paint.ts';
import { widthOf } from '../../tools/tui/text/width.ts';
import { App } from '../../tools/tui/view/app.ts';
import { layout } from '../../tools/tui/view/layout.ts';
import { picture } from '../../tools/tui/view/picture.ts';
import { spoken, spokenPrompt } from '../../tools/tui/view/spoken.ts';
import { World } from './world.ts';

const family = '👨‍👩‍👧';
const busy = (size = {}) =>
  new World(size)
    .said('bob', `salut *alice* ${family} 日本語 https://example.org`, { mentions: ['alice'] })
    .said('Мария', 'привет\n```c\nint x = 1; // y\n```', { reply_to: 1 })
    .said('eve', 'x', { channel: '#un-canal-au-nom-très-long' })
    .said('carol', 'x', { to: 'alice' })
    .press('half a thought');
const sizes = [
  [60, 20],
  [80, 24],
  [100, 30],
  [200, 60],
  [44, 12],
  [20, 6],
] as const;

describe('the screen', () => {
  const modes = {
    compose: '',
    help: '<f1>',
    jump: '<ctrl+k>',
    search: '<ctrl+f>x',
    select: '<alt+s>',
    wire: '<alt+w>',
    both: '<f7><f8>',
    complete: ' @<tab>',
    split: '<alt+v>',
    'split with wire': '<alt+v><alt+w>',
  };
  for (const [columns, rows] of sizes)
    test(`of ${columns}×${rows} has never more rows, and each fits, whatever is open`, () => {
      for (const [mode, keys] of Object.entries(modes)) {
        const world = busy({ columns, rows }).press(keys);
        for (const row of world.screen()) assert.ok(widthOf(row) <= columns, `${mode}: ${widthOf(row)} “${row}”`);
        assert.ok(world.screen().length <= Math.max(rows, 6), `${mode}: ${world.screen().length} rows`);
      }
      const pasted = busy({ columns, rows }).paste('x\n'.repeat(50));
      assert.ok(pasted.screen().length <= rows);
      const long = busy({ columns, rows }).press('wörd '.repeat(400));
      assert.ok(long.screen().length <= rows);
    });

  test('folds its side panes by itself, and unfolds them when asked where there is room', () => {
    const panes = (columns: number, keys = '') => {
      const { channels, members, timeline } = layout(new World({ columns }).press(keys).state);
      assert.equal(channels + members + timeline, columns);
      return [channels > 0, members > 0];
    };
    assert.deepEqual(panes(120), [true, true]);
    assert.deepEqual(panes(90), [true, false]);
    assert.deepEqual(panes(60), [false, false]);
    assert.deepEqual(panes(60, '<f7>'), [true, false]);
    assert.deepEqual(panes(60, '<f8>'), [false, true]);
    assert.deepEqual(panes(120, '<f7><f8>'), [false, false]);
    assert.deepEqual(panes(40, '<f7>'), [false, false]);
  });

  test('says in a conversation without a word how one begins', () => {
    const world = new World().answer({ type: 'history', channel: '#general' }, { channel: '#general', messages: [], complete: true });
    const seen = world.screen().join('\n');
    assert.match(seen, /the beginning of #general/);
    assert.match(seen, /Nothing was said here yet/);
    assert.doesNotMatch(world.said('bob', 'hi').screen().join('\n'), /Nothing was said/);
  });

  test('tells in the title what is unread where the channels are folded', () => {
    assert.match(busy({ columns: 60, rows: 20 }).screen()[0] ?? '', /\[2:1 3:@1\]/);
  });

  test('lets the input grow to eight rows and then scroll, with the cursor in it', () => {
    const world = new World({ rows: 40 }).press('line<alt+enter>'.repeat(20));
    const seen = picture(world.state);
    assert.ok(seen.kind === 'panes');
    assert.equal(seen.input.length, 8);
    assert.deepEqual(seen.cursor, { row: 39, column: '#general> '.length });
  });

  test('says in French, too, on sixty columns which keys there are, whole', () => {
    const world = new World({ columns: 60, rows: 20 }).said('bob', 'x').press('/lang fr<enter>');
    const flat = () => world.screen().join(' ').replace(/ +/g, ' ');
    assert.match(world.press('<alt+s>') && flat(), /!: signaler · ↑↓ choisir · Échap : retour/);
    assert.match(world.press('<escape>').paste('x\n'.repeat(50)) && flat(), /Coller 50 lignes \?.*Échap : non/);
    world.state = { ...world.state, mode: welcome({}) };
    assert.match(flat(), /Ctrl\+C : quitter/);
  });

  test('shows nothing of a password', () => {
    const world = new World({ isOnline: false });
    world.state = {
      ...world.state,
      mode: { kind: 'welcome', step: 'password', address: 'a', way: 'login', name: 'bob', code: '', again: '', password: '', error: '' },
    };
    world.press('secret!');
    assert.doesNotMatch(world.screen().join() + spokenPrompt(world.state), /secret/);
    assert.match(world.screen().join('\n'), /•{7}/);
  });

  test('draws what somebody else wrote without its control characters, wherever it stands', () => {
    const nasty = 'x\u001b[31m\u0007\u202ey\u009b2J';
    const world = new World()
      .said(nasty, nasty, { channel: `#${nasty}`, mentions: ['alice'] })
      .said(nasty, nasty, { to: 'alice' })
      .said('bob', nasty);
    world.hear({ type: 'channel', channel: '#general', by: nasty, topic: nasty });
    world.hear({ type: 'reaction', id: 3, seq: 3, channel: '#general', by: nasty, emoji: nasty, op: 'add', count: 1 });
    world.on({ kind: 'wire', direction: 'in', line: nasty }).press('<alt+w>/catchup<enter>');
    for (const keys of ['', '<ctrl+k>', '<escape><alt+a>', '@x<tab>', '<f1>'])
      assert.doesNotMatch(world.press(keys).screen().join(''), /[\u0000-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('drawn by ink', () => {
  const shownOf = (world: World, depth: 0 | 24) => ({
    subscribe: () => () => {},
    state: () => world.state,
    paint: () => painter({ depth, background: 'any' as const }),
    onPicture: () => {},
  });

  test('the panes stand beside each other, every character in its column', () => {
    const world = busy();
    const { lastFrame, unmount } = render(createElement(App, { shown: shownOf(world, 0) }));
    const plain = (lastFrame() ?? '').replace(/\u001b\[[\d;]*m/g, '');
    unmount();
    assert.deepEqual(
      plain.split('\n').map((row) => row.trimEnd()),
      world.screen().map((row) => row.trimEnd()),
    );
  });

  test('without colour there is none, with colour a name has its own', () => {
    const frame = (depth: 0 | 24) => {
      const { lastFrame, unmount } = render(createElement(App, { shown: shownOf(busy(), depth) }));
      const last = lastFrame() ?? '';
      unmount();
      return last;
    };
    assert.doesNotMatch(frame(0), /\u001b\[[\d;]*3[0-8][;m]/);
    assert.match(frame(24), /\u001b\[38;2;\d+;\d+;\d+m/);
  });
});

describe('the terminal', () => {
  const written = () => {
    const pieces: string[] = [];
    const screen = new Screen({ write: (text) => pieces.push(text) }, { columns: 20, rows: 3 });
    return { screen, take: () => pieces.splice(0).join('') };
  };

  test('gets the rows that changed and no others, in one piece', () => {
    const { screen, take } = written();
    screen.write('one\ntwo\nthree');
    assert.equal(take().match(/\u001b\[2K/g)?.length, 3);
    screen.write('one\nTWO\nthree');
    assert.match(take(), /^\u001b\[\?2026h\u001b\[\?25l\u001b\[2;1H\u001b\[2KTWO\u001b\[0m\u001b\[\?2026l$/);
    screen.write('one\nTWO\nthree');
    assert.equal(take(), '');
  });

  test('never gets more rows than it has, and all of them after another program wrote', () => {
    const { screen, take } = written();
    screen.write('1\n2\n3\n4\n5');
    assert.doesNotMatch(take(), /\u001b\[4;1H/);
    screen.forget();
    screen.write('1\n2\n3');
    assert.equal(take().match(/\u001b\[2K/g)?.length, 3);
  });

  test('has its cursor where one writes', () => {
    const { screen, take } = written();
    screen.placeCursor({ row: 2, column: 5 });
    screen.write('a\nb\nc');
    assert.match(take(), /\u001b\[3;6H\u001b\[\?25h/);
    screen.placeCursor(null);
    screen.write('a\nb\nc');
    assert.doesNotMatch(take(), /\?25h/);
  });
});

describe('a terminal that knows no sequence', () => {
  test('is never sent one, when it is taken, written to and given back', async () => {
    const written: string[] = [];
    const output = { write: (text: string) => written.push(text) };
    const input = { on: () => input, off: () => input, resume: () => input, pause: () => input };
    const terminal = new Terminal({ input, output, isLinear: true, isBare: true, onPress: () => {} });
    const program = new Program(new World().press('half a thought').state, { perform: () => {} });

    terminal.take();
    const screen = new LinearScreen(program, output, { isBare: true });
    await new Promise<void>((drawn) => {
      program.subscribe(drawn);
      program.dispatch({ kind: 'told', text: 'a word', tone: 'warn' });
    });
    terminal.listenToMouse(true);
    screen.stop();
    program.stop();
    terminal.giveBack();

    const all = written.join('');
    assert.doesNotMatch(all, /\u001b/);
    assert.match(all, /#general> half a thought\r {24}\r-- a word\r\n#general> half a thought\r\n$/);
  });
});

describe('for a screen reader', () => {
  const lines = (world: World, act: (world: World) => void) => {
    const before = world.state;
    act(world);
    return spoken(before, world.state);
  };

  test('every event is a line that says where it was, if not here', () => {
    assert.match(lines(new World(), (world) => world.said('bob', 'hi *you*'))[0] ?? '', /^\d\d:\d\d bob: hi \*you\*$/);
    assert.match(lines(new World(), (world) => world.said('bob', 'hi', { channel: '#dev' }))[0] ?? '', /^#dev \d\d:\d\d bob: hi$/);
    assert.deepEqual(
      lines(new World().said('bob', 'x'), (world) => world.hear({ type: 'joined', channel: '#general', username: 'eve' })),
      ['-- eve came in.'],
    );
    assert.deepEqual(
      lines(new World(), (world) => world.hear({ type: 'state', state: 'waiting' })),
      ['-- not connected'],
    );
  });

  test('one’s own words are said once, and again when they were not sent', () => {
    const world = new World();
    assert.equal(lines(world, () => world.press('hello<enter>')).length, 1);
    const key = world.messages()[0]?.key ?? 0;
    assert.match(lines(world, () => world.on({ kind: 'failed', key, place: '#general', why: 'busy' })).join(), /not sent: busy/);
  });

  test('answers, reactions and the lines of the wire are said, and keys once', () => {
    const world = new World().said('bob', 'who?', { id: 7 });
    assert.match(lines(world, () => world.said('eve', 'me', { id: 8, reply_to: 7 })).join(), /eve \(answers bob: who\?\): me$/);
    const reacted = { type: 'reaction', channel: '#general', id: 8, seq: 2, emoji: '👍', count: 1, by: 'bob', op: 'add' } as const;
    assert.match(lines(world, () => world.hear(reacted)).join(), /eve .*me 👍 1$/);
    assert.match(lines(world, () => world.press('<alt+s>')).join('\n'), /r: reply/);
    assert.doesNotMatch(lines(world, () => world.press('<up>')).join('\n'), /r: reply/);
    world.press('r');
    assert.match(spokenPrompt(world.state), /^Reply to bob: $/);
    world.press('<escape><alt+s>+');
    assert.match(spokenPrompt(world.state), /^Reaction .*: $/);

    world.press('<escape>').on({ kind: 'wire', direction: 'out', line: '{"a":1}' });
    assert.deepEqual(
      lines(world, () => world.press('<alt+w>')),
      [],
    );
    const wire = lines(world, () =>
      world.on({ kind: 'wire', direction: 'out', line: '{"b":1}' }).on({ kind: 'wire', direction: 'in', line: '{"c":1}' }),
    );
    assert.deepEqual(wire, ['→ {"b":1}', '← {"c":1}']);
  });

  test('lists, questions and hints are read out, boxes are not', () => {
    const world = busy();
    assert.match(lines(world, () => world.paste('a\nb')).join('\n'), /Paste 2 lines\?/);
    assert.match(lines(world, () => world.press('<escape><f1>')).join('\n'), /Alt\+A/);
    assert.doesNotMatch(lines(world, () => world.press('<escape>/nope<enter>')).join('\n'), /[│─]/);
  });
});
