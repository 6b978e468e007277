import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'smol-toml';
import { frenchDocs } from '../../server/config/french.ts';
import { configSchema } from '../../server/config/schema.ts';
import { formInWords, maskedValue, settingRows, shownValue, tomlValue } from '../../server/config/settings.ts';
import { folder, load } from './folder.ts';

describe('the rows', () => {
  const rows = settingRows();

  test('name every setting of the schema once, with its default', () => {
    const defaults = flat(configSchema.parse({}));

    assert.deepEqual(
      rows.map((row) => [row.key, row.default]),
      defaults,
    );
    assert.ok(rows.length > 60);
  });

  test('each has a sentence and a form, in both languages', () => {
    for (const { key, doc, docFr, type, form } of rows) {
      for (const sentence of [doc, docFr]) assert.match(sentence, /^.{10,}\.$/, key);
      assert.notEqual(docFr, doc, key);
      assert.equal(type, formInWords(form, 'en'));
      assert.notEqual(formInWords(form, 'fr'), type, key);
    }
  });

  test('no French sentence is about a setting that is gone', () => {
    const known = new Set(rows.flatMap(({ key }) => [key, key.slice(0, key.lastIndexOf('.'))]));

    assert.deepEqual(
      Object.keys(frenchDocs).filter((key) => !key.startsWith('*') && !known.has(key)),
      [],
    );
  });

  test('a part of a rate says what the whole is for', () => {
    assert.equal(
      rows.find((row) => row.key === 'limits.messages_guest.per_second')?.doc,
      'What one guest may say. How much per second after that.',
    );
  });

  test('every default can be said by --set as well', (t) => {
    const cwd = folder(t);
    for (const { key, default: preset, form } of rows) {
      const text = Array.isArray(preset) ? preset.join(',') : form.kind === 'map' ? '' : String(preset);
      const { config, origins } = load(cwd, { set: [`${key}=${text}`] });

      assert.deepEqual(new Map(flat(config)).get(key), preset, key);
      assert.equal(origins.get(key), '--set');
    }
  });
});

test('a value is spelled as TOML reads it', () => {
  for (const value of ['', 'a "b" \\ é\n\t🙂', ['x","y', 'z'], [], { '10.0.0.0/8': 2.5, 'a b': 1 }, {}, 1e21, 0.1, true]) {
    assert.deepEqual(JSON.parse(JSON.stringify(parse(`x = ${tomlValue(value)}`))), { x: value });
  }
});

test('secrets are masked, and so is a password in an address', () => {
  assert.equal(shownValue('gateway.jwt_secret', 'hunter2'), '"***"');
  assert.equal(maskedValue('gateway.jwt_secret', ''), '');
  assert.equal(maskedValue('storage.url', 'postgres://bob:hunter2@db/x'), 'postgres://***@db/x');
});

function flat(value: unknown, key = ''): [string, unknown][] {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value) && key !== 'limits.shared_addresses';
  if (!isTable) return [[key, value]];
  return Object.entries(value).flatMap(([name, part]) => flat(part, key === '' ? name : `${key}.${name}`));
}
