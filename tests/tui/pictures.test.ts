import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { widthOf } from '../../tools/tui/text/width.ts';
import { listenAs } from '../support/chat-client.ts';
import { has } from '../support/needs.ts';
import { startProcess } from '../support/server-process.ts';
import { terminalSvg } from '../support/terminal-svg.ts';
import type { Window } from '../support/tmux.ts';
import { chatWindows, register } from './window.ts';

const pictures = ['chat', 'wire'] as const;
/** `PICTURES=write` takes them; without it they are only looked at. */
const isWriting = process.env['PICTURES'] === 'write';
const columns = 104;

test('the pictures of the documentation are there, and are pictures', () => {
  for (const name of pictures) {
    if (isWriting && !existsSync(`docs/pictures/${name}.svg`)) continue;
    const svg = readFileSync(`docs/pictures/${name}.svg`, 'utf8');
    assert.match(svg, /^<svg xmlns=.*<\/svg>\n$/s);
    assert.ok(svg.split('<text').length > 20, name);
  }
});

describe('a picture of a terminal', () => {
  const svg = terminalSvg('a\u001b[1;31m<b>\u001b[0m 日\n\u001b[7m inv \u001b[0m\u001b[38;5;46mx\u001b[38;2;1;2;3my', {
    columns: 20,
    title: 'T & t',
    widthOf,
  });

  test('has its text at its columns, in its colours, with nothing to run', () => {
    assert.match(svg, /<text x="10.0"[^>]*>a<\/text>/);
    assert.match(svg, /<text x="18.4"[^>]*fill="#e06c75"[^>]*font-weight="bold">&lt;b&gt;<\/text>/);
    assert.match(svg, /fill="rgb\(0,255,0\)"[^>]*>x</);
    assert.match(svg, /fill="rgb\(1,2,3\)"[^>]*>y</);
    assert.match(svg, /<rect x="10.0"[^>]*fill="#d7dae0"\/><text[^>]*fill="#16181d"[^>]*>\u00a0inv\u00a0</);
    assert.match(svg, /<title>T &amp; t<\/title>/);
    assert.doesNotMatch(svg, /\u001b|<script/);
  });
});

test('the pictures are taken from the real program', { timeout: 400_000 }, async (t) => {
  if (!isWriting) return t.skip('PICTURES=write takes them');
  if (!(await has(t, 'tmux'))) return;
  const alice = await scene(t);
  take(alice, 'chat', 'classcord chat: two channels, a reply, code and reactions');
  alice.press('M-w');
  await alice.until('── wire');
  alice.press('C-u').type('/whoami').press('Enter');
  await alice.until('"type":"whoami","status":"ok"');
  take(alice, 'wire', 'classcord chat: the wire pane under the talk');
});

/** A class at work. */
async function scene(t: TestContext): Promise<Window> {
  const server = await startProcess(t);
  const alice = chatWindows(t, server).open('alice', [], { columns, rows: 28, env: { TERM: 'tmux-256color', COLORTERM: 'truecolor' } });
  await register(alice, 'alice');
  alice.type('/theme dark').press('Enter');
  const [bob, chloe, david] = await Promise.all(['bob', 'chloé', 'david'].map((user) => listenAs(t, server, { user })));
  assert.ok(bob !== undefined && chloe !== undefined && david !== undefined);
  for (const { client } of [bob, chloe, david]) await client.request({ type: 'join', channel: '#réseau' });
  alice.type('/join #réseau').press('Enter');
  await alice.until('#réseau>');
  await david.client.request({ type: 'create', channel: '#sql', visibility: 'public', topic: 'Exercise 4' });
  alice.type('/join #sql').press('Enter');
  await alice.until('#sql>');
  alice.press('M-2');
  await alice.until('#réseau>');
  const asked = await bob.client.say('#réseau', 'Salut ! Comment voir *quel programme* écoute sur le port 12345 ?').done;
  await chloe.client.say(
    '#réseau',
    'avec `ss`, et `-p` montre le processus :\n```bash\nss -tulpn | grep 12345   # needs root for -p\n```',
    { reply_to: asked.id ?? 0 },
  ).done;
  await david.client.say('#réseau', 'ou https://man7.org/linux/man-pages/man8/ss.8.html 📖').done;
  const question = await bob.client.say('#réseau', '@alice ça marche chez toi ? 日本語も OK').done;
  await alice.until('OK');
  alice.type('oui, merci @chloé 👍').press('Enter');
  await alice.until('✓');
  await chloe.client.request({ type: 'react', id: question.id ?? 0, emoji: '🎉' });
  await david.client.request({ type: 'react', id: question.id ?? 0, emoji: '🎉' });
  await david.client.request({ type: 'react', id: asked.id ?? 0, emoji: '👀' });
  await david.client.say('#sql', '@alice tu as la correction ?').done;
  await bob.client.say('#sql', 'SELECT 1;').done;
  await alice.until(/#sql +@1/);
  await alice.until('👀 1');
  alice.type('et pour UDP ? :thin').press('Tab');
  await alice.until('🤔');
  return alice;
}

/** What differs each time, the time of day above all, is always the same in a picture. */
function take(window: Window, name: (typeof pictures)[number], title: string): void {
  const captured = window
    .coloured()
    .replace(/\d\d:\d\d(?= )/g, '09:41')
    .replace(/\b\d+ ms/g, '2 ms')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-11-22T09:41:00.000Z')
    // The rule after the day is as long as the day leaves it.
    .replace(/── \w+, \w+ \d+, \d{4} ─+/g, (rule) => '── Sunday, November 22, 2026 '.padEnd(rule.length, '─'));
  mkdirSync('docs/pictures', { recursive: true });
  writeFileSync(`docs/pictures/${name}.svg`, terminalSvg(captured, { columns, title, widthOf }));
}
