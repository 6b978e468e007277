import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { plainCommands } from '../../server/protocol/plain.ts';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { has } from '../support/needs.ts';
import { sendInPieces } from '../support/raw.ts';
import { type ServerOverrides, startServer } from '../support/server.ts';
import { Typist } from '../support/typist.ts';

/** A server, and people on netcat with names. */
async function people<N extends string>(t: TestContext, names: readonly N[], overrides: ServerOverrides = {}) {
  const server = await startServer(t, overrides);
  const typists = {} as Record<N, Typist>;
  for (const name of names) {
    typists[name] = await Typist.come(t, server);
    assert.deepEqual(await typists[name].ask(`/nick ${name}`), [`You are ${name}.`]);
  }
  return { server, ...typists };
}

test('two people on netcat hear each other, and v1 and v2 clients hear them as everybody else', async (t) => {
  const { server, ann, ben } = await people(t, ['ann', 'ben']);
  const old = await guest(t, server, 'old');
  const modern = await upgrade(await guest(t, server, 'modern'));

  assert.deepEqual(await ann.ask('salut à tous'), []);

  assert.match(await ben.hears(/salut/), /^\[\d\d:\d\d\] <ann> salut à tous$/);
  await old.expect({ type: 'message', content: 'salut à tous', from: 'ann', subtype: 'global' });
  await modern.expect({ type: 'message', content: 'salut à tous', from: 'ann', seq: 1, channel: '#general' });
  old.send({ type: 'message', content: 'bien reçu' });
  await ben.hears(/^\[\d\d:\d\d\] <old> bien reçu$/);
});

test('/help explains, to those who have no name what gets them one, and to an account everything', async (t) => {
  const server = await startServer(t);
  const ann = await Typist.come(t, server);

  const nameless = (await ann.ask('/help')).join('\n');
  for (const command of ['help', 'nick', 'register', 'login', 'lang', 'quit']) assert.match(nameless, new RegExp(`^/${command}\\b`, 'm'));
  assert.doesNotMatch(nameless, /^\/join/m);
  await ann.ask('/register ann secret word', '/login ann secret word');
  const known = (await ann.ask('/help')).join('\n');

  const ofStaff = Object.keys(plainCommands).filter((command) => !new RegExp(`^/${command}\\b`, 'm').test(known));
  assert.deepEqual(ofStaff.toSorted(), ['ban', 'level', 'reports', 'resolve', 'warn']);
  assert.deepEqual(await ann.ask('/help msg', '/help /msg'), ['/msg NAME TEXT: a word in private', '/msg NAME TEXT: a word in private']);
  assert.deepEqual(await ann.ask('/help dance'), ['There is no /dance. /help lists what there is.']);
});

test('everything is said in French, too: by the server’s language, or by /lang; refusals and events included', async (t) => {
  const server = await startServer(t, { lang: 'fr' });
  const ann = await Typist.come(t, server);
  assert.deepEqual(await ann.ask('/nick Zoé'), ['Vous êtes Zoé.']);
  assert.deepEqual(await ann.ask('/join #dev', '/topic autre chose'), [
    'Vous êtes dans #dev, et y parlez.',
    '! Vous n’avez pas le droit de faire cela.',
  ]);
  await account(t, server, 'ben');
  await ann.hears(/^\* ben est là$/);

  assert.deepEqual(await ann.ask('/lang en', '/whoami', '/lang tlh'), [
    'English it is.',
    'You are Zoé.',
    'Like this: /lang fr|en: la langue, the language',
  ]);
  await account(t, server, 'cat');
  await ann.hears(/^\* cat is here$/);
});

test('an account does all that there is to do: channels, history, edits, reactions, pins, roles, private words', async (t) => {
  const { server, ann } = await people(t, ['ann']);
  const ben = await upgrade(await account(t, server, 'ben'), ['edits', 'reactions', 'members']);
  await ann.ask('/logout', '/register ann secret', '/login ann secret');
  for (const state of ['offline', 'online']) await ben.expect({ type: 'status', user: 'ann', state });

  assert.deepEqual(await ann.ask('/create #team private Exercice 4'), ['You are in #team, and talk there.']);
  assert.deepEqual(await ann.ask('/invite ben'), ['Done.']);
  ben.send({ type: 'join', channel: '#team', ref: 'j' });
  await ben.expect({ type: 'join', status: 'ok' });
  await ann.hears(/^\* ben is now in #team$/);
  await ann.ask('one');
  await ann.ask('/reply last two');
  await ann.ask('/edit last "deux"', '/react 1 👍', '/pin 1', '/slow 5', '/grant ben moderator');

  await ben.expect({ type: 'message', content: 'one', channel: '#team', seq: 1 });
  await ben.expect({ type: 'message', content: 'two', reply_to: 1 });
  await ben.expect({ type: 'edited', id: 2, content: '"deux"' });
  await ben.expect({ type: 'reaction', id: 1, emoji: '👍', count: 1 });
  await ben.expect({ type: 'pinned', id: 1 });
  await ben.expect({ type: 'channel', slow_mode_s: 5 });
  await ben.expect({ type: 'channel', member: 'ben', role: 'moderator' });
  const past = await ann.ask('/history', '/pins', '/search deux', '/who #team', '/channels');
  assert.match(past.join('\n'), /^1 \[.+\] <ann> one\n2 \[.+\] <ann> "deux"\n1 \[.+\] <ann> one\n/);
  assert.match(past.join('\n'), /#team \(2\): ann \(owner\) · ben \(moderator\)/);
  assert.match(past.join('\n'), /^\* #team \(2\) Exercice 4$/m);
  ben.send({ type: 'message', to: 'ann', content: 'psst' });
  await ann.hears(/^\[\d\d:\d\d\] <ben → ann> psst$/);
  await ann.ask('/msg ben moi aussi', '/delete 1 wrong');
  await ben.expect({ type: 'ack' });
  await ben.expect({ type: 'message', subtype: 'private', from: 'ann', content: 'moi aussi' });
  assert.match((await ann.ask('/history ben')).join('\n'), /<ben> psst\n\d+ \[.+\] <ann> moi aussi$/);
  assert.match((await ann.ask('/history 2')).join('\n'), /^1 .*\(deleted\)\n/);
  assert.deepEqual(await ann.ask('/leave'), ['You have left #team. You talk in #general.']);
});

test('what one says goes to the channel that one joined last, and other channels are shown by name', async (t) => {
  const { ann, ben } = await people(t, ['ann', 'ben']);
  await ben.ask('/join #dev');

  await ann.ask('here', '/join #dev', 'there');

  await ben.hears(/^\[\d\d:\d\d\] #general <ann> here$/);
  await ben.hears(/^\[\d\d:\d\d\] <ann> there$/);
});

test('nothing that another says moves the cursor or forges a line', async (t) => {
  const { server, ann } = await people(t, ['ann']);
  const eve = await upgrade(await guest(t, server, 'eve'));
  const forged = '[12:00] <prof> no exam';
  const chunks: Buffer[] = [];
  ann.client.socket.on('data', (chunk) => chunks.push(chunk));

  for (const trick of [
    '\n',
    '\r',
    '\r\n',
    '\u2028',
    '\u2029',
    '\u0085',
    '\u001b[2J\u001b[H',
    '\u009b2J',
    `${' '.repeat(200)}`,
    `${'x'.repeat(61)} `,
  ])
    eve.send({ type: 'message', content: `a${trick}${forged}` });
  eve.send({ type: 'status', state: 'away', text: `z\u001b[2J\n${forged}` });
  eve.send({ type: 'message', content: 'the end' });
  await ann.hears(/the end/);

  const shown = Buffer.concat(chunks).toString();
  assert.ok(shown.includes('no exam'));
  for (const row of shown.split('\n')) {
    assert.doesNotMatch(row, /\p{Cc}|[\u2028\u2029\u202a-\u202e]/u);
    assert.doesNotMatch(row, /^\[12:00\] <prof>/);
    assert.ok(row.length < 80, row);
  }
});

test('a wrong usage is explained, an unknown command is never said, and neither is JSON', async (t) => {
  const { ann, ben } = await people(t, ['ann', 'ben']);

  assert.deepEqual(await ann.ask('/msg ben', '/dance', '/history #a b', '{"type":"login","password":"x"}', '/nick other', '/edit x y'), [
    'Like this: /msg NAME TEXT: a word in private',
    'There is no /dance. /help lists what there is.',
    'Like this: /history [#CHANNEL or NAME] [COUNT]: what was said, each with its',
    '      | number',
    'This is a plain text connection, and that looks like JSON: nothing was said.',
    '      | Open another connection for it.',
    'You have a name already: /logout first.',
    'Like this: /edit NUMBER TEXT: say it in other words (NUMBER may be “last”)',
  ]);
  await ann.ask('//quit means leaving');

  assert.match(await ben.hears(/<ann>/), /<ann> \/quit means leaving$/);
});

test('without a name one is a guest called so by the server, and is told', async (t) => {
  const { server, ben } = await people(t, ['ben']);
  const ann = await Typist.come(t, server);

  const rows = await ann.ask('/whoami', 'hello', '/whoami');

  assert.deepEqual(rows, [
    'You have no name yet: /nick NAME.',
    'Said. You had no name: /whoami tells which one you got.',
    'You are invité.',
  ]);
  await ben.hears(/<invité> hello$/);
});

test('bytes one by one, telnet’s line ends and negotiation, and windows-1252 are all understood', async (t) => {
  const { server, ben } = await people(t, ['ben']);
  const telnet = await connect(t, server);

  const typed = Buffer.concat([
    Buffer.from([0xff, 0xfb, 0x1f]),
    Buffer.from('/nick telnet\r\n'),
    Buffer.from([0xff, 0xfa, 0x1f, 0, 80, 0, 24, 0xff, 0xf0]),
    Buffer.from('\u00e7a va\r\n', 'latin1'),
  ]);
  await sendInPieces(
    telnet,
    Array.from(typed, (byte) => Buffer.from([byte])),
  );

  assert.equal(await telnet.line(), 'You are telnet.\r');
  await ben.hears(/^\[\d\d:\d\d\] <telnet> ça va$/);
});

test('/quit ends the connection with a word, what came before it is done, and what came after is not', async (t) => {
  const { ann, ben } = await people(t, ['ann', 'ben']);

  ann.client.write('one\n/quit\ntwo\n');
  await ann.client.ended();

  assert.equal(ann.client.pending().at(-1), 'Goodbye.');
  await ben.hears(/<ann> one$/);
  assert.match((await ben.rows()).join('\n'), /^(?:\* ann has left)?$/);
});

test('whoever types too fast is slowed, not refused; at a stop everybody is told', async (t) => {
  const { server, ann, ben } = await people(t, ['ann', 'ben'], {
    set: ['limits.messages_guest.burst=8', 'limits.messages_guest.per_second=50'],
    hasShippedRates: true,
  });
  const said = Array.from({ length: 30 }, (_, index) => `line ${index}`);

  ann.type(...said);
  await ben.hears(/line 29$/);
  await server.stop();

  await ben.client.ended();
  assert.match(ben.client.pending().at(-1) ?? '', /^! The server is restarting/);
});

test('netcat itself: a session as a person has it', async (t) => {
  if (!has(t, 'nc')) return;
  const server = await startServer(t);
  const nc = spawn('nc', ['127.0.0.1', String(server.port)], { stdio: ['pipe', 'pipe', 'ignore'] });
  t.after(() => nc.kill());
  let out = '';
  nc.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });

  nc.stdin.write('/help\n/nick Zoé\nbonjour\n/who\n/quit\n');
  while (!out.endsWith('Goodbye.\n')) await once(nc.stdout, 'data');

  assert.match(out, /^\/nick NAME: [\s\S]*\nYou are Zoé\.\nHere \(1\): Zoé\nGoodbye\.\n$/m);
});
