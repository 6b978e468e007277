import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeKey } from '../../tools/keys/key-file.ts';
import { readChatFile } from '../../tools/tui/profiles.ts';
import { listen, listenAs } from '../support/chat-client.ts';
import { has } from '../support/needs.ts';
import { startProcess, until } from '../support/server-process.ts';
import { chatWindows, register } from './window.ts';

const patience = { timeout: 400_000 };

describe('classcord chat every day', () => {
  test('a key opens an account without a password, and a profile keeps where and as whom', patience, async (t) => {
    if (!(await has(t, 'tmux'))) return;
    const server = await startProcess(t);
    const windows = chatWindows(t, server);
    const { client } = await listenAs(t, server, { user: 'alice' });
    mkdirSync(windows.folder('home'), { recursive: true });
    const file = join(windows.folder('home'), 'id');
    const { publicKey } = makeKey(file, 'alice@home');
    await client.request({ type: 'keys', op: 'add', key: publicKey, password: 'password of alice' });

    const first = windows.open('first', ['--user', 'alice', '--key', file, '--profile', 'school'], { home: 'home' });
    await first.until('alice · connected');
    first.type('by key').press('Enter');
    await first.until(/by key ✓/);
    const path = join(windows.folder('home'), 'classcord/chat.json');
    await until(() => existsSync(path), 'the file of profiles');
    const address = `127.0.0.1:${server.port}`;
    assert.deepEqual(readChatFile(path).content.profiles, { school: { address, way: 'login', name: 'alice' } });

    const second = windows.open('second', ['--profile', 'school', '--key', file], { home: 'home', isAddressed: false });
    await second.until('alice · connected');
    await second.until(/alice │ by key/);
    const third = windows.open('third', ['--profile', 'school'], { home: 'home', isAddressed: false });
    await third.until(/Password .*:/);
    third.type('password of alice').press('Enter');
    await third.until('alice · connected');
    assert.doesNotMatch(readFileSync(path, 'utf8'), /password of alice/);
  });

  test('a key does what one’s own file says, the shipped one no more, and a key that is none is told', patience, async (t) => {
    if (!(await has(t, 'tmux'))) return;
    const server = await startProcess(t);
    const windows = chatWindows(t, server);
    mkdirSync(join(windows.folder('ann'), 'classcord'), { recursive: true });
    const keys = { help: ['f5', 'alt+h'], 'kill-start': 'ctrl+t', wire: 'f99' };
    writeFileSync(join(windows.folder('ann'), 'classcord/chat.json'), JSON.stringify({ keys }));

    const ann = windows.open('ann');
    await ann.until('ann · connected');
    await ann.until(/f99.*wire|wire.*f99/);
    const hasHelp = (seen: string) => seen.includes('F5, Alt+H');
    for (const key of ['F5', 'M-h']) {
      ann.press(key);
      await ann.until(hasHelp);
      ann.press('Escape');
      await ann.until((seen) => !hasHelp(seen));
    }
    ann.press('F1').type('half').press('C-u').type(' written');
    await ann.until('half written');
    assert.ok(!hasHelp(ann.text()));
    ann.press('C-t').type('anew').press('Enter');
    await ann.until(/ann │ anew ✓/);
    assert.doesNotMatch(ann.text(), /half written/);
  });

  test('a text goes through one’s own editor; code has its colours, and none where there are none', patience, async (t) => {
    if (!(await has(t, 'tmux'))) return;
    const server = await startProcess(t);
    const windows = chatWindows(t, server);
    const editor = join(windows.folder('.'), 'editor.sh');
    writeFileSync(
      editor,
      '#!/bin/sh\nprintf \'%s\\n```python\\ndef f(): return "x"  # done\\n```\\n\' "$(cat "$1")" > "$1.new"\nmv "$1.new" "$1"\n',
      {
        mode: 0o755,
      },
    );
    const colours = { COLORTERM: '', NO_COLOR: '' };
    const ann = windows.open('ann', undefined, { env: { ...colours, VISUAL: editor } });
    const bare = windows.open('bare', undefined, { env: { ...colours, NO_COLOR: '1' } });
    const old = windows.open('old', undefined, { env: { ...colours, COLORTERM: 'truecolor' }, term: 'vt100' });
    const dumb = windows.open('dumb', undefined, { env: colours, term: 'dumb' });
    for (const window of [ann, bare, old]) await window.until(`${window.name} · connected`);
    await dumb.until('-- connected');

    ann.type('look:').press('C-x', 'C-e');
    await ann.until(/#general> look:\n.*```python/);
    ann.press('Enter');
    await ann.until('def f(): return "x"  # done ✓');

    const sgr = '\\u001b\\[[\\d;]*38;[\\d;]+m';
    assert.match(ann.coloured(), new RegExp(`${sgr}def\\u001b.*${sgr}return\\u001b.*${sgr}"x"\\u001b.*${sgr}# done`));
    for (const window of [bare, old]) {
      await window.until('def f(): return "x"  # done');
      assert.doesNotMatch(window.coloured(), /\u001b\[(?:[\d;]*;)?(?:[34]8;|[39][0-7][;m])/);
    }
    await dumb.until(/ann: look:\n/);
    dumb.type('héllo').press('Enter');
    await dumb.until(/dumb: héllo\n#general> *$/m);
  });

  test('hands, a poll, a script, an export, sessions and another password, with the real server', patience, async (t) => {
    if (!(await has(t, 'tmux'))) return;
    const server = await startProcess(t);
    const windows = chatWindows(t, server);
    const alice = windows.open('alice', []);
    await register(alice, 'alice');
    const { client: bob } = await listen(t, server, { identity: { guest: 'bob' }, channels: ['#lab'] });
    const script = join(windows.folder('.'), 'lab.txt');
    writeFileSync(script, '# the lab\n/join #lab\n/say welcome\n/poll Ready? | yes | not yet\n');

    alice.type(`/script ${script}`).press('Enter');
    await alice.until(/📊 Ready\?[\s\S]*not yet ✓/);
    const { messages } = await bob.request({ type: 'history', channel: '#lab' });
    assert.deepEqual(
      messages.map(({ content }) => content),
      ['welcome', '📊 Ready?\n1️⃣ yes\n2️⃣ not yet'],
    );
    const poll = messages[1]?.id ?? 0;
    const votes = async () => (await bob.request({ type: 'history', channel: '#lab' })).messages[1]?.reactions ?? {};
    await bob.request({ type: 'react', id: poll, emoji: '1️⃣' });
    alice.type('/vote 1').press('Enter');
    await until(async () => (await votes())['1️⃣'] === 2, 'the vote of alice');
    alice.type('/vote 2').press('Enter');
    await until(async () => JSON.stringify(await votes()) === JSON.stringify({ '1️⃣': 1, '2️⃣': 1 }), 'her other vote');
    alice.type('/vote').press('Enter');
    await alice.until(/1 × .*yes/);

    await bob.say('#lab', '✋', { tags: { hand: true } }).done;
    await alice.until(/bob │ ✋/);
    alice.type('/hand next').press('Enter');
    await alice.until('@bob it is your turn. ✓');
    alice.type('/hand next').press('Enter');
    await alice.until('No hand is up.');

    const file = join(windows.folder('.'), 'lab.ndjson');
    alice.type(`/export ${file}`).press('Enter');
    await alice.until('4 messages are in');
    assert.equal(readFileSync(file, 'utf8').trimEnd().split('\n').length, 4);
    alice.type('/password').press('Enter');
    await alice.until('Your password:');
    alice.type('password of alice').press('Enter');
    await alice.until('The new password:');
    alice.type('another password').press('Enter');
    await alice.until('once more:');
    alice.type('another password').press('Enter');
    await alice.until('The password is another one now');
    alice.type('/sessions').press('Enter');
    await alice.until(/1 ● password classcord-tui\/\S+ .*\(this one\)/s);
    await listen(t, server, { identity: { user: 'alice', password: 'another password' } });
  });
});
