import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { requests } from '../../server/protocol/index.ts';
import { isFresh, isSchemaFresh, makers, pages, refresh, schemaPath } from '../../tools/docs.ts';

test('the generated parts of the documentation are fresh: else run “npm run docs”', () => {
  assert.deepEqual(
    pages.filter((page) => !isFresh(page)),
    [],
  );
});

test('docs/schema.json is fresh, published, and has every request', () => {
  const { oneOf, $defs } = JSON.parse(readFileSync(schemaPath, 'utf8')) as { oneOf: unknown[]; $defs: Record<string, unknown> };
  const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };

  assert.ok(isSchemaFresh(), 'run “npm run docs”');
  assert.deepEqual(Object.keys($defs), Object.keys(requests));
  assert.equal(oneOf.length, Object.keys(requests).length);
  assert.ok(files.some((name) => schemaPath.startsWith(`${name}/`)));
});

test('everything that can be generated stands in a page', () => {
  const text = pages.map((page) => readFileSync(page, 'utf8')).join('');

  assert.deepEqual(
    Object.keys(makers).filter((name) => !text.includes(`<!-- generated:${name} -->`)),
    [],
  );
});

test('a page that was changed by hand, an unknown part and a page without parts are noticed', () => {
  const page = readFileSync('docs/protocol.md', 'utf8');

  assert.notEqual(refresh(page.replace('| `bad_json` |', '| `bad_jason` |')), page.replace('| `bad_json` |', '| `bad_jason` |'));
  assert.throws(() => refresh('<!-- generated:weather -->\n<!-- /generated -->'), /weather/);
  assert.throws(() => refresh('# Nothing here'), /no generated part/);
});
