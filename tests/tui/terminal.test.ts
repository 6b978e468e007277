import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { listen } from '../support/chat-client.ts';
import { has } from '../support/needs.ts';
import { dataFolder, startProcess, until } from '../support/server-process.ts';
import { chatWindows, fitsAnySize, register, scrollsBackTo } from './window.ts';

const patience = { timeout: 400_000 };

describe('classcord chat in a terminal', () => {
  test('two people register, talk, see what is unread, complete a name; no password is kept', patience, async (t) => {
    if (!(await has(t, 'tmux'))) return;
    const server = await startProcess(t);
    const windows = chatWindows(t, server);
    const alice = windows.open('alice', []);
    const bob = windows.open('bob', [], { columns: 60, rows: 20, env: { LC_ALL: 'fr_FR.UTF-8' } });
    await register(alice, 'alice');
    await bob.until('Comment vous entrez');
    bob.press('Enter');
    await bob.until('Votre nom');
    bob.type('bob').press('Enter');
    await bob.until('bob · connecté');

    bob.type('salut *alice* 👋 日本語').press('Enter');
    await alice.until(/bob │ salut alice 👋 日本語/);
    await bob.until('✓');
    alice.type('@b').press('Tab');
    await alice.until('#general> @bob');
    alice.type('ça va ?').press('Enter');
    await bob.until(/alice │ @bob ça va \?/);

    bob.type('/join #dev').press('Enter');
    await bob.until('#dev>');
    alice.type('/join #dev').press('Enter');
    await alice.until('#dev>');
    alice.press('M-1');
    await alice.until('#general>');
    bob.type('@alice viens').press('Enter');
    await alice.until(/#dev +@1/);
    alice.press('M-a');
    const seen = await alice.until(/bob │ @alice viens/);
    assert.match(seen, /── unread ──/);
    await alice.until((text) => !/#dev +@1/.test(text));

    alice.press('M-w');
    await alice.until('"type":"read"');
    await alice.until('"type":"trace"');
    const kept = readFileSync(join(windows.folder('alice'), 'classcord/chat.json'), 'utf8');
    assert.doesNotMatch(kept + alice.text(), /password of alice/);
    alice.press('C-c');
    await alice.until('once more');
    alice.press('C-c');
    await until(() => alice.hasEnded, 'the end of alice');
    await bob.until(/alice/);
  });

  test('scrollback comes from the server, the screen may change its size, a paste is asked about', patience, async (t) => {
    if (!(await has(t, 'tmux'))) return;
    const server = await startProcess(t);
    const { client: talker } = await listen(t, server, { identity: { guest: 'talker' } });
    for (let index = 1; index <= 400; index++) talker.say('#general', `line ${index}.`);
    await until(() => talker.unsent === 0, 'the storing of 400 messages');
    const zoe = chatWindows(t, server).open('zoe', undefined, { columns: 110, rows: 24 });
    await zoe.until('line 400.');

    for (let index = 0; index < 30 && !zoe.text().includes('line 150.'); index++) zoe.press('PageUp');
    await scrollsBackTo(zoe, 'line 1.');
    assert.match(zoe.text(), /more · End/);
    zoe.press('End');
    await zoe.until('line 400.');

    zoe.type('a draft');
    const sizes = [
      [60, 20],
      [44, 12],
      [130, 40],
      [80, 24],
    ] as const;
    await fitsAnySize(zoe, sizes, { name: 'zoe', input: '#general> a draft', newest: 'line 400.' });

    zoe.press('C-u').paste('first\nsecond\nthird');
    await zoe.until('Paste 3 lines?');
    zoe.press('Escape');
    await zoe.until((text) => !text.includes('Paste 3 lines?'));
    zoe.paste('if (x) {\n  y\n}');
    await zoe.until('Paste 3 lines?');
    zoe.type('c');
    await zoe.until(/zoe │ ▏ if \(x\) \{\n.*▏ {3}y\n.*▏ \} ✓/);
    zoe.type('/nope secret').press('Enter');
    await zoe.until('It was not sent');
    assert.ok(!talker.channels.includes('nope'));
  });

  test('a server killed with -9 comes back: neither the draft nor a message is lost, and none is doubled', patience, async (t) => {
    if (!(await has(t, 'tmux'))) return;
    const folder = dataFolder(t);
    const first = await startProcess(t, { folder });
    const windows = chatWindows(t, first);
    const alice = windows.open('alice', []);
    await register(alice, 'alice');
    alice.type('before').press('Enter');
    await alice.until(/before ✓/);
    await first.kill();
    await alice.until('no connection');
    alice.type('meanwhile').press('Enter');
    await alice.until(/meanwhile …/);
    alice.type('half a th');
    const second = await startProcess(t, { folder, port: first.port });
    await alice.until('alice · connected');
    await alice.until(/meanwhile ✓/);
    await alice.until('#general> half a th');
    const { client } = await listen(t, second, { identity: { guest: 'zoe' } });

    const { messages } = await client.request({ type: 'history', channel: '#general' });
    assert.deepEqual(
      messages.map(({ content }) => content),
      ['before', 'meanwhile'],
    );
    assert.equal(alice.text().split('meanwhile').length, 2);
  });

  test('without boxes for a screen reader: one line for each event', patience, async (t) => {
    if (!(await has(t, 'tmux'))) return;
    const server = await startProcess(t);
    const { client: talker } = await listen(t, server, { identity: { guest: 'talker' } });
    const sam = chatWindows(t, server).open('sam', ['--guest', 'sam', '--screen-reader']);
    await sam.until('-- connected');
    await sam.until('#general>');
    talker.say('#general', 'hello sam');
    await sam.until(/\d\d:\d\d talker: hello sam\n#general>/);
    sam.type('hello yourself').press('Enter');
    await sam.until(/\d\d:\d\d sam: hello yourself/);
    sam.type('/nope').press('Enter');
    await sam.until('-- There is no /nope');
    assert.doesNotMatch(sam.text(), /[│─╭╰]/);
  });
});
