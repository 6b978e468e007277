import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connect } from '../support/client.ts';
import { startProcess } from '../support/server-process.ts';

/** The fields of the table in docs/log-shipping.md. */
const fields = [...readFileSync('docs/log-shipping.md', 'utf8').matchAll(/^\| `([@\w.]+)`\s+\|/gm)].map(([, name = '']) => name);
/** Every event that the guide to the log explains. */
const events = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/^\| ((?:`[a-z_.]+`(?:, )?)+)\s+\|/gm)].flatMap(
    ([, names = '']) => names.match(/[a-z_.]+/g) ?? [],
  );

test('every field that docs/log-shipping.md names is in the log of an ordinary evening', async (t) => {
  const server = await startProcess(t);
  const carol = await connect(t, server);
  for (const line of [
    { type: 'register', username: 'carol', password: 'correct horse' },
    { type: 'login', username: 'carol', password: 'wrong' },
    { type: 'login', username: 'carol', password: 'correct horse' },
  ]) {
    carol.send(line);
    await carol.next();
  }
  carol.send({ type: 'join', channel: '#dev' });
  await carol.expectNothing();
  await carol.leave();
  await server.stop();

  const written = new Set(server.log.flatMap((line) => Object.keys(line)));

  assert.ok(fields.length >= 12, `only ${fields.length} fields were looked at`);
  assert.deepEqual(
    fields.filter((field) => !written.has(field)),
    [],
  );
});

test('the guide to the log explains the same events in both languages, and they exist in the program', () => {
  const english = events('docs/guides/logs.md');
  const sources = ['main', 'app', 'app-parts', 'checking', 'base/alerts', 'base/telemetry', 'base/failed-login', 'base/bounded-log'].map(
    (name) => readFileSync(`server/${name}.ts`, 'utf8'),
  );

  assert.ok(english.length >= 14, `only ${english.length} events were looked at`);
  assert.deepEqual(events('docs/guides/fr/journaux.md'), english);
  assert.deepEqual(
    english.filter((event) => !sources.some((text) => text.includes(`'${event}'`))),
    [],
  );
});
