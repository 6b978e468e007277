import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChatError } from '../../server/protocol/errors.ts';
import { checkChannelName, checkName, fold, foldChannel, isNameAllowed } from '../../server/protocol/names.ts';

/** Why a name is refused; null: it is not. */
function refusal(name: string): string | null {
  try {
    checkName(name);
    return null;
  } catch (error) {
    assert.ok(error instanceof ChatError);
    assert.equal(error.code, 'invalid_name');
    return error.details.text ?? 'invalid_name';
  }
}

const allowed = [
  'x',
  '7',
  'alice',
  'Alice_2',
  'Invité_Rudy_1750426994565',
  'Zoé',
  'Jean Luc',
  "O'Neil",
  'a.b-c_d',
  '-',
  '.',
  'ÆØÅ ñ ß ł',
  'Nguyễn Thị',
  'Алиса',
  'Αλίκη',
  'علي',
  'שרה',
  'अनीता',
  'อลิซ',
  '小明',
  'さくら',
  'サクラ山',
  '김민수',
  '👍',
  '👩🏽‍💻 dev',
  '🇫🇷',
  'rouge ❤️',
  '1️⃣ first',
  'a'.repeat(32),
  '👍'.repeat(32),
];

test("names of letters with marks, digits, emoji, inner blanks and _ . - ' of one script may be", () => {
  for (const name of allowed) {
    assert.equal(refusal(name), null, name);
    assert.equal(isNameAllowed(name), true, name);
    assert.equal(checkName(name), name.normalize('NFC'));
  }
});

const refused: readonly [string, string][] = [
  ['', 'nothing'],
  [' ', 'a blank'],
  [' alice', 'a blank before'],
  ['alice ', 'a blank after'],
  ['al\tice', 'a tab'],
  ['alice\n', 'a newline'],
  ['al\u0000ice', 'a NUL'],
  ['al\u009bice', 'a C1 control'],
  ['al\u00a0ice', 'a no-break space'],
  ['al\u3000ice', 'an ideographic space'],
  ['al\u200bice', 'a zero-width space'],
  ['al\u200dice', 'a joiner between letters'],
  ['al\u00adice', 'a soft hyphen'],
  ['al\u202eice', 'a bidirectional override'],
  ['al\u2066ice', 'an isolate'],
  ['\ufeffalice', 'a byte order mark'],
  ['alice\ufe0f', 'a variation selector after a letter'],
  ['al\u034fice', 'a grapheme joiner'],
  ['\u3164', 'a Hangul filler'],
  ['김\u3164', 'a Hangul filler among letters'],
  ['\u0301alice', 'a mark with nothing before it'],
  ['\ud800', 'half a character'],
  ['al\ue000ice', 'a private character'],
  ['al\u{f0000}ice', 'a private character beyond the plane'],
  ['al\u0378ice', 'no character'],
  ['alice!', 'punctuation'],
  ['alice@home', 'an at sign'],
  ['a/b', 'a slash'],
  ['<b>', 'angle brackets'],
  ['#general', 'a channel sign'],
  ['a,b', 'a comma'],
  ['a"b', 'a quote'],
  ['a:b', 'a colon'],
  ['аlice', 'two scripts (Cyrillic а)'],
  ['αlice', 'two scripts (Greek α)'],
  ['alice小明', 'two scripts (Han)'],
  ['Ⅷ', 'a letter number'],
  ['²', 'a superscript'],
  ['a'.repeat(33), '33 letters'],
  ['👍'.repeat(33), '33 emoji'],
];

test('a name with any character outside the rule is refused, and never cleaned', () => {
  for (const [name, what] of refused) {
    assert.notEqual(refusal(name), null, what);
    assert.equal(isNameAllowed(name), false, what);
  }
});

test('reserved names are refused in whatever spelling', () => {
  for (const name of ['serveur', 'server', 'system', 'admin', 'root', 'SERVEUR', 'Admin', 'ＲＯＯＴ', 'r00t', 'ѕуѕтем']) {
    assert.notEqual(refusal(name), null, name);
    assert.equal(isNameAllowed(name), false, name);
  }
  assert.equal(refusal('Admin'), 'name_reserved');
  for (const name of ['admin2', 'le serveur', 'roots']) assert.equal(refusal(name), null, name);
});

test('what is no string is no name', () => {
  for (const value of [undefined, null, 5, true, ['alice'], { toString: () => 'alice' }]) assert.equal(isNameAllowed(value), false);
});

const same: readonly [string, string][] = [
  ['alice', 'ALICE'],
  ['Zoé', 'zoe\u0301'],
  ['ZOÉ', 'zoé'],
  ['ａｌｉｃｅ', 'alice'],
  ['ﬁn', 'fin'],
  ['straße', 'STRASSE'],
  [' alice ', 'alice'],
  ['jean  luc', 'Jean Luc'],
  ['jean\u00a0luc', 'jean luc'],
  ['al\u200bice', 'alice'],
  ['al\u00adice', 'alice'],
  ['alice\ufe0f', 'alice'],
  ['\u202ealice', 'alice'],
  ['аliсе', 'alice'],
  ['ο', 'o'],
  ['b0b', 'bob'],
  ['a1ice', 'alice'],
  ['ΟΔΟΣ', 'οδος'],
  ['оѕсаr', 'oscar'],
];

test('look-alikes have one fold', () => {
  for (const [one, other] of same) assert.equal(fold(one), fold(other), `${one} ${other}`);
});

const different: readonly [string, string][] = [
  ['zoe', 'zoé'],
  ['alice', 'alice2'],
  ['jean luc', 'jeanluc'],
  ['a-b', 'a_b'],
  ['a.b', 'ab'],
  ['alice-2', 'alice-3'],
  ['Иван', 'Иванн'],
];

test('different names have different folds', () => {
  for (const [one, other] of different) assert.notEqual(fold(one), fold(other), `${one} ${other}`);
});

test('folding once is enough, and case, composition and ignorable characters never matter', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\u200b', '\u00ad', '\ufe0f', '\u2060', '\u{e0041}'),
      fc.nat(),
      (name, nothing, at) => {
        const folded = fold(name);
        const letters = [...name];
        letters.splice(at % (letters.length + 1), 0, nothing);
        assert.equal(fold(folded), folded);
        assert.equal(fold(name.normalize('NFD')), folded);
        assert.equal(fold(name.normalize('NFC')), folded);
        assert.equal(fold(name.toUpperCase()), folded);
        assert.equal(fold(` ${name} `), folded);
        assert.equal(fold(letters.join('')), folded);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a name that may be is never folded to nothing, and only with itself among names of plain letters', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z_.-]{1,32}$/), fc.stringMatching(/^[a-z_.-]{1,32}$/), (one, other) => {
      assert.equal(fold(one), one);
      assert.equal(fold(one) === fold(other), one === other);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      if (isNameAllowed(name)) assert.notEqual(fold(name), '');
      assert.equal(isNameAllowed(name), refusal(name) === null);
    }),
    { numRuns: 2000 },
  );
});

test('a channel is the same with or without its sign, in any case, and the default one in several spellings', () => {
  for (const name of ['#dev', 'dev', '#DEV', ' #dev ', 'ｄev', '#de\u200bv']) assert.equal(foldChannel(name), 'dev', name);
  for (const name of ['#general', 'general', '#général', 'Général', '#ge\u0301ne\u0301ral', 'GENERAL'])
    assert.equal(foldChannel(name), 'general', name);
  assert.notEqual(foldChannel('#dev'), foldChannel('#dev2'));
  assert.notEqual(foldChannel('#café'), foldChannel('#cafe'));
});

test('a channel is shown with its sign, as it was first written; the default one always the same', () => {
  assert.equal(checkChannelName('dev'), '#dev');
  assert.equal(checkChannelName('#Cafe\u0301_2-b'), '#Café_2-b');
  assert.equal(checkChannelName('Général'), '#general');
  assert.equal(checkChannelName('#разработка'), '#разработка');
  assert.equal(checkChannelName(`#${'é'.repeat(32)}`), `#${'é'.repeat(32)}`);
});

test('a channel name with anything but letters, digits, - and _ is refused, and the field is named', () => {
  for (const name of [
    '',
    '#',
    '##dev',
    '#a b',
    '#a.b',
    "#a'b",
    '#a/b',
    '#a#b',
    '#\u200b',
    '#a\u200bb',
    '#a\u202eb',
    '#a\nb',
    '#👍',
    `#${'a'.repeat(33)}`,
    '#\u3164',
    '#\ufe0f',
    '#a\ufe0f',
  ]) {
    assert.throws(
      () => checkChannelName(name),
      (error) => error instanceof ChatError && error.code === 'invalid_field' && error.details.field === 'channel',
      JSON.stringify(name),
    );
  }
});
