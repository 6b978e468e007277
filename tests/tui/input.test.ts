import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mostCharacters } from '../../tools/tui/model/editor.ts';
import { World } from './world.ts';

const says = (world: World) => world.taken().flatMap((effect) => (effect.do === 'say' ? [[effect.place, effect.content]] : []));

describe('saying something', () => {
  test('draws it at once as pending, then as sent with its place, or as not sent with the reason', () => {
    const world = new World().said('bob', 'a', { seq: 1 }).press('b<enter>');
    const [effect] = world.taken().filter(({ do: what }) => what === 'say');
    assert.ok(effect?.do === 'say');
    assert.deepEqual([effect.place, effect.content], ['#general', 'b']);
    assert.equal(world.messages().at(-1)?.status, 'pending');

    world.said('bob', 'c', { seq: 2 }).on({ kind: 'stored', key: effect.key, place: '#general', stored: { id: 8, seq: 3 } });
    assert.deepEqual(world.contents(), ['a', 'c', 'b']);
    assert.deepEqual([world.messages().at(-1)?.status, world.messages().at(-1)?.id], ['sent', 8]);

    world.press('d<enter>');
    const [second] = world.taken().filter(({ do: what }) => what === 'say');
    assert.ok(second?.do === 'say');
    world.on({ kind: 'failed', key: second.key, place: '#general', why: 'read only' });
    assert.deepEqual([world.messages().at(-1)?.status, world.messages().at(-1)?.error], ['failed', 'read only']);
  });

  test('whose ack is late, but that history has brought, stands there once', () => {
    const world = new World().press('b<enter>');
    const key = world.messages()[0]?.key ?? 0;
    const messages = [{ id: 8, seq: 1, from: 'alice', content: 'b', timestamp: '2026-11-22T08:00:00.000Z' }];
    world.answer({ type: 'history', channel: '#general' }, { channel: '#general', messages, complete: true });
    world.on({ kind: 'stored', key, place: '#general', stored: { id: 8, seq: 1 } });

    assert.deepEqual(world.contents(), ['b']);
  });

  test('goes to who is looked at: a channel, or a person', () => {
    assert.deepEqual(says(new World().press('/msg bob hi<enter>you<enter>')), [
      ['bob', 'hi'],
      ['bob', 'you'],
    ]);
  });

  test('that begins with two slashes begins with one', () => {
    assert.deepEqual(says(new World().press('//etc/passwd<enter>')), [['#general', '/etc/passwd']]);
  });

  test('on several lines is one message; blanks alone are none', () => {
    assert.deepEqual(says(new World().press('a<alt+enter>b<ctrl+j>c<enter>')), [['#general', 'a\nb\nc']]);
    assert.deepEqual(says(new World().press('   <enter><enter>')), []);
  });

  test('takes the line of what is unread away, and goes back to the newest', () => {
    const world = new World().said('bob', 'a', { channel: '#dev' }).press('<alt+2>x<enter>');
    assert.deepEqual([world.in('#dev').mark, world.in('#dev').anchor], [null, null]);
  });

  test('lets the others know that one writes: every three seconds at most, and not for a command', () => {
    const typings = (world: World) => world.taken().filter(({ do: what }) => what === 'typing').length;
    const world = new World().press('a').press('b').press('c');
    assert.equal(typings(world), 1);
    world.now += 3001;
    assert.equal(typings(world.press('d<backspace>')), 1);
    assert.equal(typings(new World().press('/jo')), 0);
  });
});

describe('an unknown command', () => {
  for (const line of ['/nope', '/jion #dev', '/ hello', '/passwd secret', '/etc/passwd'])
    test(`is never sent as text, and stays to be corrected: ${line}`, () => {
      const world = new World().press(`${line}<enter>`);

      assert.deepEqual(
        world.taken().filter(({ do: what }) => what === 'say' || what === 'ask'),
        [],
      );
      assert.equal(world.state.editor.text, line);
      assert.match(world.state.hint?.text ?? '', /It was not sent/);
    });

  test('is told what it may have been', () => {
    assert.match(new World().press('/jion #dev<enter>').state.hint?.text ?? '', /\/join/);
    assert.doesNotMatch(new World().press('/xyzzyx<enter>').state.hint?.text ?? '', /Did you mean/);
  });

  test('with a paste, in an answer or in an edit is no text either', () => {
    const world = new World().said('bob', 'a').press('<alt+s>r/nope<enter>').paste('/x\n/y');
    assert.deepEqual(says(world), []);
  });
});

describe('history and drafts', () => {
  test('Up and Down walk through what was written, and back to the draft', () => {
    const world = new World().press('one<enter>two<enter>draft<up>');
    assert.equal(world.state.editor.text, 'two');
    assert.equal(world.press('<up>').state.editor.text, 'one');
    assert.equal(world.press('<up>').state.editor.text, 'one');
    assert.equal(world.press('<down><down>').state.editor.text, 'draft');
    assert.equal(world.press('<down>').state.editor.text, 'draft');
  });

  test('Up moves in a text of several lines first', () => {
    const world = new World().press('old<enter>ab<alt+enter>cd<up>');
    assert.deepEqual(world.state.editor, { text: 'ab\ncd', cursor: 2 });
    assert.equal(world.press('<up>').state.editor.text, 'old');
  });

  test('Up on an empty input edits one’s last message, if the server can', () => {
    const world = new World().press('teh<enter>');
    const key = world.messages()[0]?.key ?? 0;
    world.on({ kind: 'stored', key, place: '#general', stored: { id: 8, seq: 1 } });
    world.taken();
    world.press('<up>');
    assert.equal(world.state.editor.text, 'teh');
    world.press('<backspace><backspace>he<enter>');
    assert.deepEqual(world.asked(), [{ type: 'edit', id: 8, content: 'the' }]);
    world.answer({ type: 'edit', id: 8, content: 'the' }, { id: 8, seq: 1, revision: 1 }, true);
    assert.deepEqual([world.messages()[0]?.content, world.messages()[0]?.isEdited], ['the', true]);
  });

  test('each conversation keeps its own draft', () => {
    const world = new World().said('bob', 'x', { channel: '#dev' }).press('for general<alt+2>');
    assert.equal(world.state.editor.text, '');
    world.press('for dev<alt+1>');
    assert.equal(world.state.editor.text, 'for general');
    assert.equal(world.press('<alt+/>').state.editor.text, 'for dev');
  });

  test('Ctrl+R finds what was written before', () => {
    const world = new World().press('alpha<enter>beta<enter><ctrl+r>lph<enter>');
    assert.equal(world.state.editor.text, 'alpha');
  });
});

describe('completion', () => {
  const dev = () => new World().said('bob', 'x', { channel: '#dev' }).said('Bernard', 'x').said('zoé', 'x');

  test('of one beginning with one end is put at once', () => {
    assert.equal(dev().press('ask zo<tab>').state.editor.text, 'ask @zoé ');
    assert.equal(dev().press('/joi<tab>').state.editor.text, '/join ');
    assert.equal(dev().press('in #d<tab>').state.editor.text, 'in #dev ');
    assert.equal(dev().press('great :rock<tab>').state.editor.text, 'great 🚀');
  });

  test('of several shows a list, walks through it, and goes on with what is typed', () => {
    const world = dev().press('@b<tab>');
    assert.equal(world.state.mode.kind, 'complete');
    const first = world.state.editor.text;
    assert.ok(world.screen().some((row) => row.includes('@bob') && row.includes('@Bernard')));
    const second = world.press('<tab>').state.editor.text;
    assert.deepEqual(new Set([first, second]), new Set(['@bob ', '@Bernard ']));
    assert.equal(world.press('<shift+tab>').state.editor.text, first);
    assert.equal(world.press('yes').state.editor.text, `${first}yes`);
    assert.equal(world.state.mode.kind, 'compose');
  });

  test('knows what a command takes, in the middle of a text too', () => {
    assert.equal(dev().press('/join de<tab>').state.editor.text, '/join #dev ');
    assert.equal(dev().press('/msg zo<tab>').state.editor.text, '/msg zoé ');
    assert.equal(dev().press('/help sea<tab>').state.editor.text, '/help search');
    const world = dev().press(' end');
    world.state = { ...world.state, editor: { text: 'zo end', cursor: 2 } };
    assert.equal(world.press('<tab>').state.editor.text, '@zoé  end');
  });

  test('knows the channels of the server, and what a command leaves to choose from', () => {
    const channels = ['#dev', '#general', '#devops'].map((name) => ({ name, joined: name !== '#devops', last_seq: 0 }));
    const world = dev().answer({ type: 'channels' }, { channels });
    assert.equal(world.press('/join devo<tab>').state.editor.text, '/join #devops ');
    assert.equal(dev().press('/theme l<tab>').state.editor.text, '/theme light ');
    assert.equal(dev().press('/grant zoé m<tab>').state.editor.text, '/grant zoé moderator ');
    assert.equal(dev().press('/notify n<tab>').state.editor.text, '/notify none ');
    assert.equal(dev().press('/readonly <tab>').state.editor.text, '/readonly on ');
  });

  test('of many says how many more there are, and shows the chosen one', () => {
    const world = new World({ columns: 60, rows: 20 }).press('/<tab>');
    assert.match(world.screen().join('\n'), /… \+\d+/);
    for (let index = 0; index < 30; index++) {
      const chosen = world.state.editor.text.trim();
      assert.ok(
        world.screen().some((row) => row.includes(`${chosen} `) && !row.startsWith('#general>')),
        chosen,
      );
      world.press('<tab>');
    }
  });

  test('of nothing is told', () => {
    const world = dev().press('qqq<tab>');
    assert.equal(world.state.editor.text, 'qqq');
    assert.notEqual(world.state.hint, null);
  });
});

describe('pasting', () => {
  test('one line is typing, also with the newline at its end', () => {
    assert.equal(new World().paste('ls -l\n').state.editor.text, 'ls -l');
  });

  const lines = 'one\ntwo\nthree';
  const guarded = (keys: string) => new World().press('see: ').paste(lines).press(keys);

  test('several lines asks first; nothing was sent', () => {
    const world = guarded('');
    assert.deepEqual(says(world), []);
    assert.ok(world.screen().some((row) => row.includes('Paste 3 lines?')));
  });

  test('several lines are one message, a block of code, a text to edit, or nothing', () => {
    assert.deepEqual(says(guarded('<enter>')), [['#general', 'see: one\ntwo\nthree']]);
    assert.deepEqual(says(guarded('c')), [['#general', 'see: \n```\none\ntwo\nthree\n```']]);
    assert.equal(guarded('e').state.editor.text, 'see: one\ntwo\nthree');
    assert.deepEqual([guarded('<escape>').state.editor.text, guarded('<escape>').state.mode.kind], ['see: ', 'compose']);
  });

  test('other keys and a second paste do nothing meanwhile', () => {
    const world = guarded('xyz').paste('more\nlines');
    assert.deepEqual([world.state.mode.kind, world.state.editor.text], ['paste', 'see: ']);
  });

  test('a text larger than any message is bounded', () => {
    assert.equal(new World().paste('x'.repeat(200_000)).state.editor.text.length, mostCharacters);
  });
});

describe('editing a text', () => {
  const text = (keys: string) => new World().press(keys).state.editor;

  test('goes by graphemes, words and lines', () => {
    assert.deepEqual(text('a👨‍👩‍👧b<left><left>'), { text: 'a👨‍👩‍👧b', cursor: 1 });
    assert.deepEqual(text('ab<left><backspace>'), { text: 'b', cursor: 0 });
    assert.deepEqual(text('a é👋🏽<backspace>'), { text: 'a é', cursor: 3 });
    assert.deepEqual(text('one two  <ctrl+w>'), { text: 'one ', cursor: 4 });
    assert.deepEqual(text('one two<ctrl+a><alt+f>'), { text: 'one two', cursor: 3 });
    assert.deepEqual(text('one two<alt+b><alt+k>'), { text: 'one ', cursor: 4 });
    assert.deepEqual(text('a<ctrl+j>bc<ctrl+u>'), { text: 'a\n', cursor: 2 });
    assert.deepEqual(text('abc<ctrl+a><ctrl+d>'), { text: 'bc', cursor: 0 });
    assert.deepEqual(text('ab<ctrl+a><ctrl+e>c'), { text: 'abc', cursor: 3 });
  });

  test('in one’s own editor comes back as it was written', () => {
    const world = new World().press('draft<ctrl+x><ctrl+e>');
    assert.deepEqual(
      world.taken().filter(({ do: what }) => what === 'editor'),
      [{ do: 'editor', text: 'draft' }],
    );
    assert.equal(world.on({ kind: 'edited', text: 'better' }).state.editor.text, 'better');
    assert.deepEqual(
      new World()
        .press('<ctrl+x>a<ctrl+e>')
        .taken()
        .filter(({ do: what }) => what === 'editor'),
      [],
    );
  });
});

test('Ctrl+C empties the input once and leaves twice; another key between them disarms it', () => {
  const quits = (world: World) => world.taken().filter(({ do: what }) => what === 'quit').length;
  const world = new World().press('text<ctrl+c>');
  assert.deepEqual([world.state.editor.text, quits(world)], ['', 0]);
  assert.equal(quits(world.press('a<ctrl+c>')), 0);
  assert.equal(quits(world.press('<ctrl+c>')), 1);
});
