import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Letters } from '../../server/domain/automod/letters.ts';
import { WordFilter } from '../../server/domain/automod/word-filter.ts';
import * as english from '../../server/domain/automod/words-en.ts';
import * as french from '../../server/domain/automod/words-fr.ts';

const lists = [
  { name: 'fr', ...french },
  { name: 'en', ...english },
];
const filter = new WordFilter(lists, new Letters());

/** Ways to write a word of the lists, and the entry by which each is found. */
const caught: Readonly<Record<string, readonly string[]>> = {
  'connard*': [
    'connard',
    'Quel CONNARD!',
    'cônnard',
    'connards',
    'c o n n a r d',
    'C 0 N N 4 R D',
    'c.o.n.n.a.r.d',
    'c_o_n_n_a_r_d',
    'con-nard',
    'c o n nard',
    'c0nn4rd',
    'connnnaaaard',
    'con\u200bnard',
    'con\u00adnard',
    'соnnаrd',
    'ｃｏｎｎａｒｄ',
    'c\u0336o\u0336n\u0336n\u0336a\u0336r\u0336d',
    '2connards42',
    'c\no\nn\nn\na\nr\nd',
  ],
  'encul*': ["l'enculé", 'enculÉs', 'ENCUL3', 'e n c u l e', '𝓮𝓷𝓬𝓾𝓵𝓮'],
  'fils de pute': ['fils de pute', 'FILS-DE-PUTE', 'f1ls de put3'],
  'putain*': ['p u t a i n', 'p*tain', 'put@in', 'PUTAAAIN'],
  'salop*': ['$alope', 'sa1ope', 'salopard', 'salooope'],
  merde: ['merde', 'm e r d e', 'mmmeeerde', 'm-e-r-d-e'],
  pédé: ['pede', 'PÉDÉ', 'p3d3'],
  '*fuck*': ['f*ck', 'f*u*c*k', 'f.u.c.k', 'f u ck', 'fuuuck', 'motherfucker', '𝒇𝒖𝒄𝒌', 'fûçk you', 'ⓕⓤⓒⓚ', 'f u\nc k'],
  '*shit*': ['sh!t', '$h1t', 'SHIT', 'bullshit', 'ŝhit'],
  '*bitch*': ['b1tch', 'bi7ch', 'BITCHES'],
  ass: ['a$$', 'an ass', 'a.s.s', 'ASSS'],
  'whore*': ['wh0re'],
};

for (const [word, spellings] of Object.entries(caught)) {
  test(`${word} is found in all its spellings`, () => {
    const missed = spellings.filter((text) => filter.find(text)?.word !== word);
    assert.deepEqual(missed, []);
  });
}

const harmless = [
  ...[
    'Scunthorpe',
    'Matsushita',
    'shiitake',
    'snigger',
    'oxymoron',
    'salopette',
    'une salopette bleue',
    'emmerdement',
    'Essex',
    'Pakistan',
  ],
  ...['pique-nique', 'un pique nique au parc', 'ils pique-niquaient', 'technique', 'communiqué', 'unique', 'niche', 'Niger et Nigeria'],
  ...[
    'assassin',
    'la classe passe',
    'un as',
    "l'as s'est",
    'as soon as',
    'bass',
    'his hit',
    'this-hit',
    'the pen is here',
    'shirt',
    's h i r t',
  ],
  ...[
    'pros and cons',
    'bon conseil',
    'concombre',
    'connaître',
    'je suis en retard',
    'prendre une douche',
    'computer',
    'dispute',
    'réputation',
  ],
  ...['député', 'deputy', 'bitte', 'cocktail', 'Dickens', 'duck', 'luck', 'fun', 'Galaxy A55', '5 5 5 8', '4 5 5', '1337', '0x5417'],
  ...['import pandas as pd', 'x = a**b', '2*3*4', '*hello* *world*', '#!/bin/sh', 'F A G', 'hello world!', 'ss -tulpn ?', 'a, b, c', ''],
];

test('harmless words are let through', () => {
  const wrong = harmless.filter((text) => filter.find(text) !== null);
  assert.deepEqual(wrong, []);
});

test('a harmless word does not cover what stands beside it', () => {
  assert.equal(filter.find('salopette salope')?.word, 'salop*');
  assert.equal(filter.find('Scunthorpe cunt')?.word, '*cunt*');
});

test('own words are found besides, own harmless words let through, and what is no word is refused', () => {
  const own = new WordFilter(
    [{ name: 'file', words: ['patate*', 'le nul'], harmless: ['patate douce', 'merde alors'] }, ...lists],
    new Letters(),
  );

  assert.deepEqual(own.find('P4TATES'), { list: 'file', word: 'patate*' });
  assert.deepEqual(own.find('c’est le nul'), { list: 'file', word: 'le nul' });
  assert.equal(own.find('une patate douce'), null);
  assert.equal(own.find('Merde alors !'), null);
  for (const word of ['*', 'x', '日本', 'a*b', 'y'.repeat(41).replace(/yy/g, 'yx')]) {
    assert.throws(() => new WordFilter([{ name: 'file', words: [word], harmless: [] }], new Letters()), TypeError, word);
  }
});

test('every word of the lists is found as it is written, and every harmless one let through', () => {
  const plain = (entry: string) => entry.replaceAll('*', '');
  const words = [...french.words, ...english.words];

  assert.deepEqual(
    words.filter((entry) => filter.find(plain(entry)) === null),
    [],
  );
  assert.deepEqual(
    [...french.harmless, ...english.harmless].filter((entry) => filter.find(plain(entry)) !== null),
    [],
  );
  assert.ok(french.words.length > 60 && english.words.length > 60);
});

/** Characters that mean something to the filter, and some that do not. */
const alphabet = [...'conardshitfukbel014!$@*|. _-\n\u200b\u0301éÉа漢😀𝓪ﬃ'];
/** No list ends more entries at one letter, nor compares more letters for one, than this. */
const mostPerCharacter = 40;

test('it never throws, and takes a bounded number of steps for each character, whatever it is given', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 400 }),
    fc
      .tuple(fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 200 }))
      .map(([part, times]) => part.repeat(times)),
  );
  fc.assert(
    fc.property(anything, (text) => {
      filter.find(text);
      assert.ok(filter.steps <= mostPerCharacter * text.length + 1, `${filter.steps} steps for ${text.length} characters`);
    }),
    { numRuns: 500 },
  );
});

test('64 KiB of the worst takes no more steps per character than a little of it', () => {
  for (const part of ['shit', 'salopette ', 'c o n n a r ', 'f*', 'i1l!', 'a', '\u0301', 'encul', 'Scunthorpe']) {
    filter.find(part.repeat(64));
    const few = filter.steps / (64 * part.length);
    filter.find(part.repeat(Math.floor(65_536 / part.length)));
    const many = filter.steps / (Math.floor(65_536 / part.length) * part.length);

    assert.ok(many <= few * 1.1 + 0.1, `“${part}”: ${few} steps per character, then ${many}`);
  }
});
