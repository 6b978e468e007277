import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { listen } from '../support/chat-client.ts';
import { has } from '../support/needs.ts';
import { startProcess, until } from '../support/server-process.ts';
import { chatWindows } from './window.ts';

/** `LOAD_SECONDS=60` measures the minute of the promise; a few seconds show that nothing piles up. */
const seconds = Number(process.env['LOAD_SECONDS'] ?? 8);
const perSecond = 50;

test('fifty messages a second cost at most half a core, and memory stays where it is', { timeout: 400_000 }, async (t) => {
  if (!(await has(t, 'tmux'))) return;
  const server = await startProcess(t);
  const window = chatWindows(t, server).open('watcher', undefined, { columns: 120, rows: 40 });
  await window.until('watcher · connected');
  const talkers = await Promise.all(['ann', 'ben', 'cid'].map((guest) => listen(t, server, { identity: { guest } })));
  const say = (index: number) =>
    talkers[index % talkers.length]?.client.say('#general', `*line* ${index} with \`code\`, 日本語 and https://example.org/${index} .`);
  // Everything is compiled, and as many messages are kept as ever will be.
  for (let index = 0; index < 1600; index++) say(-index - 1);
  await until(() => talkers.every(({ client }) => client.unsent === 0), 'the storing of the first messages');
  const started = { at: performance.now(), cpuMs: cpuMsOf(window.pid), mib: residentMibOf(window.pid) };

  const count = seconds * perSecond;
  for (let index = 1; index <= count; index++) {
    say(index);
    await wait(Math.max(0, started.at + (index * 1000) / perSecond - performance.now()));
  }
  await window.until(`example.org/${count} `);

  const share = (cpuMsOf(window.pid) - started.cpuMs) / (performance.now() - started.at);
  const grownMib = residentMibOf(window.pid) - started.mib;
  t.diagnostic(`${Math.round(share * 100)} % of a core, ${Math.round(started.mib)} MiB ${grownMib < 0 ? '' : '+'}${Math.round(grownMib)}`);
  assert.ok(share <= 0.5, `${Math.round(share * 100)} % of a core`);
  assert.ok(grownMib < 128, `${Math.round(grownMib)} MiB more`);
});

/** CPU time used so far. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function residentMibOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
