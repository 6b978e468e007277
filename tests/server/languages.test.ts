import assert from 'node:assert/strict';
import test from 'node:test';
import { requests } from '../../server/protocol/index.ts';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

test('every error is told in the language that the session asked for, also those of lines that are no request', async (t) => {
  const server = await startServer(t);
  const marie = await account(t, server, 'marie');
  marie.send({ type: 'hello', version: 2, lang: 'fr-CA' });
  await marie.expect({ type: 'hello', status: 'ok' });
  const wrong: readonly (readonly [string, string])[] = [
    ['{"type":"history","channel":"#nowhere"}', 'Introuvable.'],
    ['{"type":"create","channel":"#general"}', 'Un canal de ce nom existe déjà.'],
    ['{"type":"search"}', 'Le champ « query » manque ou est incorrect.'],
  ];

  for (const [line, message] of wrong) {
    marie.write(`${line}\n`);
    assert.equal((await marie.expect({ type: 'error' }))['message'], message);
  }
  for (const line of ['{"type":', Buffer.from([0x7b, 0xff, 0x7d])]) {
    marie.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
    assert.match(String((await marie.expect({ type: 'error' }))['message']), /ligne/i);
  }
});

test('without a wish the language is the server’s, and two sessions each have their own', async (t) => {
  const server = await startServer(t, { lang: 'fr' });
  const anyone = await connect(t, server);
  anyone.send({ type: 'hello', version: 2, lang: 'tlh' });
  await anyone.expect({ type: 'hello', status: 'ok' });
  const english = await guest(t, server, 'john');
  english.send({ type: 'hello', version: 2, lang: 'en' });
  await english.expect({ type: 'hello', status: 'ok' });

  for (const client of [anyone, english]) client.send({ type: 'help', topic: 'dance' });

  await anyone.expect({ type: 'error', message: 'Introuvable.' });
  await english.expect({ type: 'error', message: 'Not found.' });
});

test('help explains every request in the language of the session', async (t) => {
  const server = await startServer(t);
  const english = await upgrade(await connect(t, server));
  const french = await connect(t, server);
  french.send({ type: 'hello', version: 2, lang: 'fr' });
  await french.expect({ type: 'hello', status: 'ok' });
  const explained = async (client: typeof french, topic: string) => {
    client.send({ type: 'help', topic });
    return ((await client.expect({ type: 'help', status: 'ok' }))['requests'] as { doc: string }[])[0]?.doc;
  };

  assert.equal(await explained(french, 'leave'), 'Quitte un canal.');
  for (const [topic, { doc }] of Object.entries(requests)) {
    assert.equal(await explained(english, topic), doc);
    assert.notEqual(await explained(french, topic), doc, topic);
  }
});
