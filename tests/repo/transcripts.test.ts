import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { capabilities } from '../../server/protocol/capabilities.ts';
import { requests } from '../../server/protocol/index.ts';
import { matches, transcriptsOf } from '../support/transcript.ts';

const transcripts = transcriptsOf('docs/protocol.md');

test('the examples of docs/protocol.md can be read: every line sent is JSON, and somebody gets something', () => {
  assert.ok(transcripts.length >= 8, `only ${transcripts.length} examples were found`);
  for (const { title, steps } of transcripts) {
    assert.ok(
      steps.some(({ what }) => what === 'gets'),
      title,
    );
    for (const { line, at } of steps.filter(({ what }) => what === 'says')) assert.doesNotThrow(() => JSON.parse(line), at);
  }
});

test('lines to v1 clients are pure ASCII in the examples, too', () => {
  const received = transcripts.flatMap(({ steps }) => steps).filter(({ what, line }) => what === 'gets' && line.startsWith('{"type": '));

  assert.ok(received.length >= 10);
  for (const { line, at } of received) assert.match(line, /^[\x20-\x7e]*$/, at);
});

test('a placeholder stands for its own kind of thing only', () => {
  assert.ok(matches('{"id":<int>,"at":"<utc>"}', '{"id":12,"at":"2026-11-22T09:00:01.042Z"}'));
  assert.ok(matches('"<local>"', '"2026-11-22T09:00:01.042000"'));
  assert.ok(!matches('"<local>"', '"2026-11-22T09:00:01.042Z"'));
  assert.ok(!matches('{"id":<int>}', '{"id":"12"}'));
  assert.ok(!matches('[1.5]', '[1x5]'));
});

test('every capability is explained in docs/protocol.md', () => {
  const page = readFileSync('docs/protocol.md', 'utf8');

  assert.deepEqual(
    capabilities.filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});

test('every request stands in an example, and whatever can be refused stands there refused, too', () => {
  const said = new Set<string>();
  const refused = new Set<string>();
  for (const { steps } of transcripts) {
    const asked = new Map<string, string>();
    for (const { client, what, line } of steps) {
      if (what === 'says') {
        const { type, ref } = JSON.parse(line) as Readonly<Record<string, string>>;
        said.add(String(type));
        asked.set(`${client} ${ref ?? ''}`, String(type)).set(client, String(type));
      }
      if (what !== 'gets' || !/^\{"type": ?"error"/.test(line)) continue;
      const ref = /"ref":"(\w+)"/.exec(line)?.[1];
      refused.add(asked.get(ref === undefined ? client : `${client} ${ref}`) ?? '');
    }
  }
  const types = Object.entries(requests);

  assert.deepEqual(
    types.map(([type]) => type).filter((type) => !said.has(type)),
    [],
  );
  assert.deepEqual(
    types.filter(([type, { errors }]) => errors.length > 0 && !refused.has(type)).map(([type]) => type),
    [],
  );
});
