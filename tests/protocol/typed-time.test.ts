import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeFirst, typedSeconds } from '../../server/protocol/typed-time.ts';

test('times are read as people write them, in English and in French, and what follows is left', () => {
  const read = (text: string) => {
    const found = timeFirst(text);
    return found === 'unclear' ? found : [found.seconds, found.rest];
  };
  for (const [text, seconds] of [
    ['90s flood', 90],
    ['10m flood', 600],
    ['10 minutes flood', 600],
    ['10 Minutes: flood', 600],
    ['10min flood', 600],
    ['2 heures flood', 7200],
    ['1h30 flood', 5400],
    ['1 h 30 min flood', 5400],
    ['1h30min flood', 5400],
    ['2 hours and 5 minutes flood', 7500],
    ['2 heures et 5 minutes flood', 7500],
    ['pour 7 jours flood', 604_800],
    ['for 1 week flood', 604_800],
    ['1 semaine flood', 604_800],
    ['7j flood', 604_800],
  ] as const)
    assert.deepEqual(read(text), [seconds, 'flood'], text);
  assert.deepEqual(read('10m 3 insults'), [600, '3 insults']);
  assert.deepEqual(read('10 minutes'), [600, '']);
});

test('figures that are no time are unclear, and words are no time', () => {
  for (const text of [
    '10',
    '10 flood',
    '10x flood',
    '1.5h flood',
    '3 insults',
    '5 spam messages',
    '10 minutesx',
    '1h300 flood',
    '2 months x',
  ])
    assert.equal(timeFirst(text), 'unclear', text);
  for (const text of ['flood', '#dev 10m', 'for the third time', 'pour rire', ''])
    assert.deepEqual(timeFirst(text), { seconds: null, rest: text });
});

test('a time alone is as long as a sanction can be', () => {
  assert.deepEqual(['10m', ' 10 minutes ', '3650d'].map(typedSeconds), [600, 600, 315_360_000]);
  for (const text of ['10', '0s', '3651d', '999999999w', '10m flood', 'long', '']) assert.equal(typedSeconds(text), null, text);
});
