import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStep, within } from '../../server/domain/automod/escalation.ts';
import { hostsIn } from '../../server/domain/automod/links.ts';
import { reasonOf } from '../../server/domain/automod/reasons.ts';
import { RulesProblem, readRules } from '../../server/domain/automod/rules.ts';
import { type Act, Watch } from '../../server/domain/automod/watch.ts';

const start = Date.UTC(2026, 8, 1, 8);

/** Rules that are switched on, with no pause unless they say so. */
function watchOf(file: object = {}): Watch {
  return new Watch(readRules({ enabled: true, pause_seconds: 0, ...file }));
}

/** What is found in texts said one after the other, so many seconds apart. */
function found(watch: Watch, texts: readonly string[], { apart = 60, ...act }: Partial<Act> & { apart?: number } = {}): (string | null)[] {
  return texts.map((text, index) => {
    const finding = watch.look({ author: 'u1', role: 'user', channel: 'general', text, at: start + index * apart * 1000, ...act });
    return finding === null ? null : finding.rule;
  });
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `message ${index}`);

test('the rules as they are shipped are off', () => {
  assert.deepEqual(found(new Watch(readRules({})), ['CONNARD', 'MERDE MERDE MERDE MERDE']), [null, null]);
  assert.equal(readRules({}).escalation.enabled, false);
});

test('flood: more than so many messages within so many seconds, and then it begins anew', () => {
  const watch = watchOf({ flood: { messages: 3, seconds: 10 } });

  assert.deepEqual(found(watch, numbered(8), { apart: 1 }), [null, null, null, 'flood', null, null, null, 'flood']);
  assert.deepEqual(found(watch, numbered(8), { apart: 4, author: 'u2' }), Array(8).fill(null));
});

test('flood: a clock that was put back makes nobody guilty', () => {
  const watch = watchOf({ flood: { messages: 3, seconds: 10 } });
  found(watch, numbered(3), { apart: 1 });

  assert.equal(watch.look({ author: 'u1', role: 'user', channel: 'general', text: 'hi', at: start - 3_600_000 }), null);
});

test('repetition: the same message, whatever its case and blanks, so many times within so many seconds', () => {
  const watch = watchOf({ repetition: { times: 3, seconds: 60 } });

  assert.deepEqual(found(watch, ['buy now', 'BUY  NOW', 'Buy now'], { apart: 20 }), [null, null, 'repetition']);
  assert.deepEqual(found(watch, ['buy now', 'other', 'buy now', 'buy now'], { apart: 31, author: 'u2' }), [null, null, null, null]);
});

test('capitals: a share of the letters of a text that is long enough', () => {
  const watch = watchOf({ capitals: { percent: 70, letters: 12 } });

  assert.deepEqual(
    found(watch, ['POURQUOI PERSONNE', 'ÉÈÀÇÙÂÊÎÔÛÄË', 'NON', '1234567890123456', 'SELECT name FROM table', 'ПОЧЕМУ НИКТО НЕ']),
    ['capitals', 'capitals', null, null, null, 'capitals'],
  );
});

test('links: too many, to a blocked host, or to none of those allowed', () => {
  const many = 'http://a.org https://b.org www.c.org ftp://d.org';
  assert.deepEqual(hostsIn(`(${many.toUpperCase()})see "https://bob@www.x.org:8080/y?z#t" http:// and ://`), [
    'a.org',
    'b.org',
    'c.org',
    'd.org',
    'x.org',
  ]);

  assert.deepEqual(found(watchOf({ links: { most: 3 } }), [many, 'http://a.org']), ['links', null]);
  assert.deepEqual(
    found(watchOf({ links: { blocked: ['Bad.org'] } }), ['http://www.bad.org/x', 'http://sub.bad.org', 'http://notbad.org']),
    ['links', 'links', null],
  );
  assert.deepEqual(found(watchOf({ links: { allowed: ['school.fr'] } }), ['https://ent.school.fr/', 'https://school.fr.evil.org/']), [
    null,
    'links',
  ]);
});

test('words: of the lists in use, and of one’s own', () => {
  assert.deepEqual(found(watchOf(), ['sale c0nnard', 'you $hit']), ['words', 'words']);
  assert.deepEqual(found(watchOf({ words: { lists: ['fr'], add: ['patate'] } }), ['you $hit', 'P A T A T E']), [null, 'words']);
  assert.deepEqual(found(watchOf({ words: { enabled: false } }), ['connard']), [null]);
});

test('who is exempt is not looked at', () => {
  assert.deepEqual(found(watchOf(), ['connard'], { role: 'moderator' }), [null]);
  assert.deepEqual(found(watchOf({ exempt: [] }), ['connard'], { role: 'moderator' }), ['words']);
});

test('an edit is judged by its text alone, and counts for nothing else', () => {
  const watch = watchOf({ flood: { messages: 2, seconds: 60 }, repetition: { times: 2 } });

  assert.deepEqual(found(watch, ['a', 'a', 'a', 'a', 'connard'], { apart: 1, isEdit: true }), [null, null, null, null, 'words']);
  assert.deepEqual(found(watch, ['b', 'c'], { apart: 1 }), [null, null]);
});

test('a channel has rules of its own, and the others as everywhere', () => {
  const watch = watchOf({
    capitals: { percent: 50 },
    channels: { '#Dev': { capitals: { letters: 30 }, words: { lists: [] } }, '#spam': { enabled: false } },
  });
  const shout = 'HALF OF THIS is quiet text';

  assert.deepEqual(found(watch, ['CAPITALS AND MORE', 'connard'], { channel: 'dev' }), [null, null]);
  assert.deepEqual(found(watch, [`${'A'.repeat(20)} ${'b'.repeat(20)}`], { channel: 'dev' }), ['capitals']);
  assert.deepEqual(found(watch, [shout.toUpperCase(), 'connard'], { channel: 'spam' }), [null, null]);
  assert.deepEqual(found(watch, [shout.toUpperCase(), 'connard']), ['capitals', 'words']);
});

test('after something was found of somebody, nothing more is for a while', () => {
  const watch = watchOf({ pause_seconds: 10 });

  assert.deepEqual(found(watch, ['merde', 'merde 2', 'merde 3'], { apart: 6 }), ['words', null, 'words']);
  assert.deepEqual(found(watch, ['merde'], { author: 'u2' }), ['words']);
});

test('escalation goes up with what was done within the window, and stays at its last step', () => {
  const { escalation } = readRules({
    escalation: { enabled: true, window_hours: 1, steps: [{ kind: 'warn' }, { kind: 'mute', minutes: 5 }] },
  });
  const times = [start - 3_600_001, start - 3_600_000, start];

  assert.equal(within(escalation, times, start), 2);
  assert.deepEqual(
    [0, 1, 2, 9].map((before) => nextStep(escalation, before).kind),
    ['warn', 'mute', 'mute', 'mute'],
  );
  assert.deepEqual(
    [0, 9].map((before) => nextStep(readRules({}).escalation, before).kind),
    ['warn', 'warn'],
  );
  assert.deepEqual(
    readRules({ escalation: { enabled: true } }).escalation.steps.map(({ kind }) => kind),
    ['warn', 'warn', 'mute', 'mute', 'kick', 'ban'],
  );
});

test('a reason says which rule and by how much, and never a word of what was said', () => {
  const watch = watchOf({ flood: { messages: 1, seconds: 10 } });
  const act = { author: 'u1', role: 'user', channel: 'general', at: start };
  watch.look({ ...act, text: 'one' });
  const flood = watch.look({ ...act, text: 'two' });
  const word = watch.look({ ...act, author: 'u2', text: 'espèce de connard' });

  assert.equal(flood && reasonOf(flood, 'en'), 'Flood: 2 messages within 10 s, at most 1 are allowed.');
  assert.equal(word && reasonOf(word, 'fr'), 'Un mot qui ne s’emploie pas ici.');
});

const wrong: readonly (readonly [object, string, string])[] = [
  [{ flod: {} }, 'flod', 'unknown'],
  [{ flood: { mesages: 3 } }, 'flood.mesages', 'unknown'],
  [{ flood: { messages: 61 } }, 'flood.messages', 'form'],
  [{ capitals: { percent: '70' } }, 'capitals.percent', 'form'],
  [{ words: { lists: ['de'] } }, 'words.lists.0', 'form'],
  [{ escalation: { steps: [{ kind: 'mute' }] } }, 'escalation.steps.0.minutes', 'form'],
  [{ channels: { '#dev': { links: { many: 1 } } } }, 'channels.#dev.links.many', 'unknown'],
  [{ channels: Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`#c${index}`, { words: {} }])) }, 'channels', 'own_words'],
  [{ words: { add: ['***'] } }, 'words', 'word'],
];
for (const [file, key, fault] of wrong) {
  test(`rules with ${key} wrong are refused as ${fault}`, () => {
    assert.throws(
      () => watchOf(file),
      (problem) => problem instanceof RulesProblem && problem.key === key && problem.fault === fault,
    );
  });
}
