import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drawable, drawableLine } from '../../tools/tui/text/clean.ts';
import {
  backgroundOf,
  backgrounds,
  contrast,
  depthOf,
  hueOf,
  leastContrast,
  namesOf256,
  readable,
  rgbOf256,
  sgrOf,
} from '../../tools/tui/text/colours.ts';
import { markup } from '../../tools/tui/text/markup.ts';
import { painter } from '../../tools/tui/text/paint.ts';
import { plain, type Row, span } from '../../tools/tui/text/style.ts';
import { highlight } from '../../tools/tui/text/syntax.ts';
import { clip, clipRow, rowWidth, sized, sizedRow, widthOf } from '../../tools/tui/text/width.ts';
import { wrap } from '../../tools/tui/text/wrap.ts';
import { cpuOf } from '../support/cpu.ts';

const family = '👨‍👩‍👧';
const row = (text: string): Row => [span(text)];
const nobody = { isMe: () => false };

describe('width', () => {
  test('is counted in columns of a terminal: CJK and emoji take two, marks none', () => {
    const widths = { a: 1, é: 1, 'e\u0301': 1, 日: 2, '👋': 2, '👋🏽': 2, [family]: 2, '🇫🇷': 2, '❤️': 2, '': 0 };
    for (const [text, width] of Object.entries(widths)) assert.equal(widthOf(text), width, text);
  });

  test('clipping never cuts a grapheme, and the result fits', () => {
    assert.equal(clip('日本語', 5), '日本…');
    assert.equal(clip(`${family}${family}`, 3), `${family}…`);
    assert.equal(clip('abc', 3), 'abc');
    assert.equal(clip('abcd', 1), '…');
    assert.equal(clip('abcd', 0), '');
    for (const text of ['日本語日本語', `a${family}b👋c`, 'é'.repeat(9)])
      for (let columns = 0; columns < 12; columns++) assert.ok(widthOf(clip(text, columns)) <= columns, `${text} in ${columns}`);
  });

  test('a text is made exactly so many columns wide, to either side', () => {
    assert.equal(sized('日本', 6), '日本  ');
    assert.equal(sized('日本', 6, 'right'), '  日本');
    assert.equal(widthOf(sized('日本語', 4)), 4);
  });

  test('a row keeps its looks when it is clipped or filled', () => {
    const two: Row = [span('ab', { bold: true }), span('日本')];
    assert.deepEqual(clipRow(two, 5), [span('ab', { bold: true }), { text: '日…' }]);
    assert.equal(rowWidth(sizedRow(two, 9)), 9);
    assert.equal(clipRow(two, 6), two);
  });
});

describe('wrapping', () => {
  const texts = (line: Row, columns: number) => wrap(line, columns).map(plain);

  test('breaks at blanks, and drops the blanks of the break', () => {
    assert.deepEqual(texts(row('one two three'), 7), ['one two', 'three']);
    assert.deepEqual(texts(row('one  two'), 4), ['one', 'two']);
    assert.deepEqual(texts(row(''), 4), ['']);
  });

  test('breaks inside a word only when it alone is too long, and never inside a grapheme', () => {
    assert.deepEqual(texts(row('go abcdefgh'), 5), ['go ab', 'cdefg', 'h']);
    assert.deepEqual(texts(row(`${family}${family}${family}`), 5), [family + family, family]);
  });

  test('a word in two looks is one word', () => {
    assert.deepEqual(texts([span('ab'), span('cd', { bold: true }), span(' ef')], 4), ['abcd', 'ef']);
  });

  test('every row fits and nothing but blanks is lost, whatever the width', () => {
    const line = [span('Le café '), span('日本語テキスト', { bold: true }), span(` fin ${family} https://example.org/very/long/path`)];
    for (let columns = 2; columns < 60; columns++) {
      const rows = wrap(line, columns);
      for (const one of rows) assert.ok(rowWidth(one) <= columns, `${columns}: ${plain(one)}`);
      assert.equal(rows.map(plain).join('').replaceAll(' ', ''), plain(line).replaceAll(' ', ''));
    }
  });
});

describe('what others wrote', () => {
  test('cannot move the cursor, ring, turn the direction or end a line of ours', () => {
    const hostile = 'a\u001b[2Jb\u0007c\u009b31md\u202ee\u2066f\u2028g\rh\u0000i\u{e0001}j\ud800k';
    const clean = drawable(hostile);
    assert.doesNotMatch(clean, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u{e0001}]/u);
    assert.ok(clean.isWellFormed());
    assert.equal(clean.replaceAll('\ufffd', ''), 'a[2Jbc31mdefghijk');
  });

  test('keeps its lines where lines are wanted, and loses them in a name', () => {
    assert.equal(drawable('a\r\nb\tc'), 'a\nb    c');
    assert.equal(drawableLine('a\n\nb'), 'a b');
  });

  test('is clean in markup too: in code, in bold, in a fenced block', () => {
    for (const content of ['`\u001b[2J`', '*\u001b[2J*', '```\n\u001b[2J\n```', '@bob\u001b[2J'])
      assert.doesNotMatch(markup(content, nobody).map(plain).join(), /\u001b/);
  });
});

describe('markup', () => {
  const spans = (content: string) => markup(content, nobody)[0];

  test('knows bold, code, links and mentions', () => {
    assert.deepEqual(spans('a *b c* `d*e*` f'), [
      span('a '),
      span('b c', { bold: true }),
      span(' '),
      span('`d*e*`', { colour: 'code' }),
      span(' f'),
    ]);
    assert.deepEqual(spans('see https://example.org/a?b=1, @bob'), [
      span('see '),
      span('https://example.org/a?b=1', { underline: true, colour: 'link' }),
      span(','),
      span(' '),
      span('@bob', { bold: true }),
    ]);
  });

  test('leaves stars alone that mean a product, a list or nothing', () => {
    for (const text of ['2*3*4', '* item', '**', 'a * b * c', '*open', '`open']) assert.deepEqual(markup(text, nobody).map(plain), [text]);
  });

  test('shows one’s own name in another way than the others’', () => {
    const [line] = markup('@bob @eve', { isMe: (name) => name === 'bob' });
    assert.deepEqual(line, [span('@bob', { bold: true, colour: 'warn' }), span(' '), span('@eve', { bold: true })]);
  });

  test('colours a fenced block, and does not read markup in it', () => {
    const lines = markup('see:\n```python\nif x == 1: # *why*\n```\nend', nobody);
    assert.deepEqual(lines.map(plain), ['see:', '▏ if x == 1: # *why*', 'end']);
    assert.deepEqual(lines[1]?.slice(1), [
      span('if', { colour: 'keyword' }),
      span(' x == '),
      span('1', { colour: 'number' }),
      span(': '),
      span('# *why*', { colour: 'comment', italic: true }),
    ]);
  });

  test('an open fence that nobody closes is text', () => {
    assert.deepEqual(markup('```\na', nobody).map(plain), ['```', 'a']);
  });

  test('a hostile text costs no more than its length', () => {
    for (const hostile of ['*a', '`', '*', '@a.']) {
      const short = hostile.repeat(1000);
      const shortCost = cpuOf(() => {
        for (let times = 20; times > 0; times -= 1) markup(short, nobody);
      });
      const longCost = cpuOf(() => void markup(hostile.repeat(20_000), nobody));
      assert.ok(longCost < 6 * shortCost, `${hostile}: ${longCost} µs for what costs ${shortCost} µs in 20 pieces`);
    }
  });
});

test('syntax colours know the comments of their language', () => {
  const isComment = (line: string, language: string) => highlight(line, language).some(({ style }) => style?.colour === 'comment');
  assert.equal(isComment('a # b', 'bash'), true);
  assert.equal(isComment('a#b', 'bash'), false);
  assert.equal(isComment('#include <stdio.h>', 'c'), false);
  assert.equal(isComment('a // b', 'c'), true);
  assert.equal(isComment('http://a', 'js'), false);
  assert.equal(isComment('a -- b', 'sql'), true);
  assert.equal(isComment('a -- b', 'c'), false);
  assert.deepEqual(highlight('"a\\"b" return', 'c'), [
    span('"a\\"b"', { colour: 'string' }),
    span(' '),
    span('return', { colour: 'keyword' }),
  ]);
});

describe('colours', () => {
  test('a name has the same colour however it is spelled, and names differ', () => {
    assert.equal(hueOf('Alice'), hueOf('alice'));
    assert.equal(hueOf('é'), hueOf('e\u0301'));
    const hues = new Set(Array.from({ length: 200 }, (_, index) => hueOf(`student${index}`)));
    assert.ok(hues.size > 180, `${hues.size} of 200`);
  });

  test('every name can be read: the contrast holds for every hue on every background', () => {
    for (const background of ['dark', 'light', 'any'] as const)
      for (let hue = 0; hue < 360; hue += 3)
        for (const behind of backgrounds[background])
          assert.ok(contrast(readable(hue, 0.65, background), behind) >= leastContrast - 0.1, `${hue} on ${background} ${behind}`);
  });

  test('of the 256 enough can be read', () => {
    for (const background of ['dark', 'light'] as const) {
      const palette = namesOf256(background);
      assert.ok(palette.length >= 20, `${background}: ${palette.length}`);
      for (const index of palette)
        for (const behind of backgrounds[background]) assert.ok(contrast(rgbOf256(index), behind) >= leastContrast);
    }
    assert.ok(namesOf256('any').length >= 12);
  });

  test('are spelled for 16, 256 and all colours, and not at all without colour', () => {
    assert.match(sgrOf({ hue: 1200 }, 24, 'dark'), /^38;2;\d+;\d+;\d+$/);
    assert.match(sgrOf({ hue: 1200 }, 8, 'dark'), /^38;5;\d+$/);
    assert.match(sgrOf({ hue: 1200 }, 4, 'dark'), /^[39]\d$/);
    assert.equal(sgrOf('bad', 0, 'dark'), '');
    for (const tone of ['muted', 'accent', 'good', 'warn', 'bad', 'code', 'keyword', 'string', 'comment', 'number', 'link'] as const)
      for (const depth of [4, 8, 24] as const) assert.match(sgrOf(tone, depth, 'any'), /^(38;[25];[\d;]+|[39]\d)$/);
  });

  test('how many there are is read from NO_COLOR, COLORTERM and TERM', () => {
    assert.equal(depthOf({ TERM: 'xterm-256color', COLORTERM: 'truecolor' }), 24);
    assert.equal(depthOf({ TERM: 'xterm-256color' }), 8);
    assert.equal(depthOf({ TERM: 'xterm' }), 4);
    assert.equal(depthOf({ TERM: 'dumb' }), 0);
    assert.equal(depthOf({ TERM: 'xterm-256color', NO_COLOR: '1' }), 0);
    for (const TERM of ['vt100', 'vt102', 'vt220', 'vt420-am', 'dumb', 'unknown', 'xterm-mono', 'linux-m'])
      assert.deepEqual([depthOf({ TERM }), depthOf({ TERM, COLORTERM: 'truecolor' })], [0, 0], TERM);
    for (const TERM of ['vt525', 'vt100-color', 'screen', 'linux', 'dumb-emacs-ansi', 'xterm-mixed'])
      assert.equal(depthOf({ TERM }), 4, TERM);
    assert.equal(depthOf({ TERM: 'xterm-256color', NO_COLOR: '' }), 8);
    assert.equal(backgroundOf({ COLORFGBG: '0;15' }), 'light');
    assert.equal(backgroundOf({ COLORFGBG: '15;0' }), 'dark');
    assert.equal(backgroundOf({}), 'any');
  });

  test('without them bold and inverse are left, and nothing of colour', () => {
    const bytes = painter({ depth: 0, background: 'any' })([
      span('a', { bold: true, colour: 'bad' }),
      span('b', { colour: { hue: 5 } }),
      span('c'),
    ]);
    assert.equal(bytes, '\u001b[1ma\u001b[0mbc');
  });
});
