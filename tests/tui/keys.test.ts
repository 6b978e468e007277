import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shownCommands } from '../../tools/tui/commands.ts';
import { bindingsOf, keyName, keyTable } from '../../tools/tui/keys.ts';
import { type Keypress, KeypressReader } from '../../tools/tui/terminal/keypress.ts';
import { World } from './world.ts';

const read = (...chunks: string[]): Keypress[] => {
  const reader = new KeypressReader();
  return [...chunks.flatMap((chunk) => reader.read(chunk)), ...reader.flush()];
};
const keys = (...chunks: string[]) =>
  read(...chunks).map((press) =>
    press.kind === 'key'
      ? press.key
      : `${press.kind}:${'text' in press ? press.text : press.kind === 'mouse' ? `${press.what} ${press.row},${press.column}` : press.isFocused}`,
  );

const sequences: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'ctrl+j',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\u0003': 'ctrl+c',
  '\u0000': 'ctrl+space',
  '\u001f': 'ctrl+_',
  '\u001b': 'escape',
  '\u001b[A': 'up',
  '\u001b[1;3A': 'alt+up',
  '\u001b[1;5C': 'ctrl+right',
  '\u001b[Z': 'shift+tab',
  '\u001b[5~': 'page-up',
  '\u001b[6~': 'page-down',
  '\u001b[3~': 'delete',
  '\u001bOP': 'f1',
  '\u001b[11~': 'f1',
  '\u001b[18~': 'f7',
  '\u001b[19~': 'f8',
  '\u001bOH': 'home',
  '\u001b[F': 'end',
  '\u001b[1~': 'home',
  '\u001ba': 'alt+a',
  '\u001bA': 'alt+a',
  '\u001b/': 'alt+/',
  '\u001b\r': 'alt+enter',
  '\u001b\u007f': 'alt+backspace',
  '\u001bé': 'alt+é',
  '\u001b[13;3u': 'alt+enter',
  '\u001b[I': 'focus:true',
  '\u001b[O': 'focus:false',
};

describe('key presses', () => {
  test('are known by the bytes of terminals', () => {
    for (const [bytes, key] of Object.entries(sequences)) assert.deepEqual(keys(bytes), [key], JSON.stringify(bytes));
  });

  test('are the same when their bytes come one by one', () => {
    for (const [bytes, key] of Object.entries(sequences)) {
      if (bytes === '\u001b') continue;
      assert.deepEqual(keys(...bytes.split('')), [key], JSON.stringify(bytes));
    }
  });

  test('follow each other in one piece, with text between them', () => {
    assert.deepEqual(keys('ab\u001b[Ac\rd'), ['text:ab', 'up', 'text:c', 'enter', 'text:d']);
  });

  test('an Escape and a letter after a pause are two', () => {
    const reader = new KeypressReader();
    assert.deepEqual(reader.read('\u001b'), []);
    assert.equal(reader.isWaiting, true);
    assert.deepEqual(reader.flush(), [{ kind: 'key', key: 'escape' }]);
    assert.deepEqual(reader.read('a'), [{ kind: 'text', text: 'a' }]);
  });

  test('sequences that nobody knows are swallowed, not typed', () => {
    assert.deepEqual(keys('a\u001b[?62;c\u001b[200;1Xb'), ['text:a', 'text:b']);
  });
});

describe('a paste', () => {
  test('is one text, its newlines and everything that looks like a key in it', () => {
    assert.deepEqual(read('x\u001b[200~a\r\nb\u0003\u001b[A\rc\u001b[201~y'), [
      { kind: 'text', text: 'x' },
      { kind: 'paste', text: 'a\nb\u0003\u001b[A\nc' },
      { kind: 'text', text: 'y' },
    ]);
  });

  test('may come in any pieces', () => {
    const bytes = '\u001b[200~one\ntwo\u001b[201~z';
    for (let at = 1; at < bytes.length; at++)
      assert.deepEqual(
        read(bytes.slice(0, at), bytes.slice(at))
          .map((press) => press.kind === 'paste' && press.text)
          .filter(Boolean),
        ['one\ntwo'],
        `cut at ${at}`,
      );
  });

  test('that never ends is bounded, and its end is still seen', () => {
    const reader = new KeypressReader();
    reader.read('\u001b[200~');
    for (let index = 0; index < 50; index++) assert.deepEqual(reader.read('x'.repeat(10_000)), []);
    const [press] = reader.read('\u001b[201~');
    assert.ok(press?.kind === 'paste' && press.text.length <= 256 * 1024);
  });
});

describe('bindings', () => {
  test('no two actions are shipped with the same key, and each has one', () => {
    const all = Object.values(keyTable).flatMap((row) => row.keys);
    assert.deepEqual(
      all.filter((key, index) => all.indexOf(key) !== index),
      [],
    );
    for (const [action, row] of Object.entries(keyTable)) assert.ok(row.keys.length > 0 && row.doc.en !== '' && row.doc.fr !== '', action);
  });

  test('one’s own keys replace the shipped ones of an action, and take a key from another', () => {
    const { bindings, problems } = bindingsOf({ help: 'ctrl+g', wire: ['f5', 'alt+a'] });
    assert.deepEqual(problems, []);
    assert.equal(bindings.get('ctrl+g'), 'help');
    assert.equal(bindings.get('f1'), undefined);
    assert.equal(bindings.get('f5'), 'wire');
    assert.equal(bindings.get('alt+a'), 'wire');
    assert.equal(bindings.get('tab'), 'complete');
  });

  test('an unknown action, a letter by itself and nonsense are told and change nothing', () => {
    const { bindings, problems } = bindingsOf({ fly: 'f5', help: ['a', 'hyper+a', 'ctrl+x ctrl+h'] });
    assert.deepEqual(problems, [
      { action: 'fly', key: 'f5' },
      { action: 'help', key: 'a' },
      { action: 'help', key: 'hyper+a' },
    ]);
    assert.equal(bindings.get('a'), undefined);
    assert.equal(bindings.get('ctrl+x ctrl+h'), 'help');
  });

  test('are named as keyboards name them', () => {
    assert.equal(keyName('alt+a', 'en'), 'Alt+A');
    assert.equal(keyName('ctrl+x ctrl+e', 'en'), 'Ctrl+X Ctrl+E');
    assert.equal(keyName('page-up', 'en'), 'PgUp');
    assert.equal(keyName('shift+tab', 'en'), 'Shift+Tab');
  });
});

test('the help scrolls to its end and no further, and names the keys of a French keyboard', () => {
  const world = new World({ rows: 20 }).press(`<f1>${'<page-down>'.repeat(30)}`);
  const [title = ''] = world.screen();
  const [, last, all] = /–(\d+) of (\d+)/.exec(title) ?? [];
  assert.ok(last !== undefined && last === all, title);
  assert.notEqual(world.press('<page-up>').screen()[0], title);
  const french = new World({ rows: 200 }).press('/lang fr<enter><f1>').screen().join('\n');
  for (const seen of ['Échap ', 'Alt+Entrée, Ctrl+J', '/topic [#canal] [texte]', '… ✓ ✗', 'SIGNES']) assert.ok(french.includes(seen), seen);
});

test('the help names every key and every command that does something', () => {
  const help = new World({ columns: 200, rows: 400 }).press('/help<enter>').screen().join('\n');

  for (const [action, { doc }] of Object.entries(keyTable))
    if (!/^channel-(?:[2-9]|10)$/.test(action)) assert.ok(help.includes(doc.en), action);
  for (const [name, { doc }] of shownCommands) assert.ok(help.includes(`/${name}`) && help.includes(doc.en), name);
});

test('the mouse is read to its button, row and column; a release and a move say nothing', () => {
  const chunks = ['\u001b[<0;5;3M', '\u001b[<0;5;3m', '\u001b[<64;1;1M', '\u001b[<65;1;1M', '\u001b[<35;9;9M', '\u001b[M'];
  assert.deepEqual(new KeypressReader().read(chunks.join('')), [
    { kind: 'mouse', what: 'click', row: 2, column: 4 },
    { kind: 'mouse', what: 'wheel-up', row: 0, column: 0 },
    { kind: 'mouse', what: 'wheel-down', row: 0, column: 0 },
  ]);
});
