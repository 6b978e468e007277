import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { capabilities } from '../../server/protocol/capabilities.ts';
import { requests } from '../../server/protocol/index.ts';
import { matches, protocolPages, transcriptsOf } from '../support/transcript.ts';

const transcripts = transcriptsOf('docs/protocol.md');
const everyTranscript = protocolPages.flatMap((page) => transcriptsOf(page));

test('the examples of the protocol can be read: every line sent is JSON, and somebody gets something', () => {
  assert.ok(transcripts.length >= 8, `only ${transcripts.length} examples were found`);
  for (const { title, steps } of everyTranscript) {
    assert.ok(
      steps.some(({ what }) => what === 'gets'),
      title,
    );
    for (const { line, at } of steps.filter(({ what }) => what === 'says'))
      assert.doesNotThrow(() => JSON.parse(line.replaceAll('<n>', '1')), at);
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

test('every request stands in an example of docs/protocol.md', () => {
  const said = new Set(
    transcripts.flatMap(({ steps }) =>
      steps.filter(({ what }) => what === 'says').map(({ line }) => (JSON.parse(line) as { type?: unknown }).type),
    ),
  );

  assert.deepEqual(
    Object.keys(requests).filter((type) => !said.has(type)),
    [],
  );
});

test('an example may begin with settings, and say a line many times', (t) => {
  const page = join(mkdtempSync(join(tmpdir(), 'classcord-page-')), 'page.md');
  t.after(() => rmSync(dirname(page), { recursive: true }));
  writeFileSync(page, '# One\n```transcript with auth.guests=false\nbob> (3 times) {"id":<n>}\n```\n```transcripts\nnot mine\n```\n');

  assert.deepEqual(transcriptsOf(page), [
    { title: 'One', set: ['auth.guests=false'], steps: [{ client: 'bob', what: 'says', line: '{"id":<n>}', times: 3, at: `${page}:3` }] },
  ]);
});
