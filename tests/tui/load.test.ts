import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { listen } from '../support/chat-client.ts';
import { startCourseServer } from '../support/course-server.ts';
import { inspectable, liveHeapMib } from '../support/live-heap.ts';
import { has } from '../support/needs.ts';
import { freePort, startProcess, until } from '../support/server-process.ts';
import { chatWindows } from './window.ts';

/** `LOAD_SECONDS=60` measures the minute of the promise, 300 whether memory is flat beyond it; a few seconds show that nothing piles up. */
const seconds = Number(process.env['LOAD_SECONDS'] ?? 8);
const perSecond = 50;
const sampleMs = 5000;
/** What is alive goes up and down with the messages that are kept, 1000 to 1500, and their rows. */
const mostGrownMib = 4;

for (const [named, start, limits] of [
  ['', startProcess, {}],
  [', from a course server too', startCourseServer, { helloMs: 500 }],
] as const)
  test(`fifty messages a second cost at most half a core, and memory stays where it is${named}`, {
    timeout: (seconds + 400) * 1000,
  }, async (t) => {
    if (!(await has(t, 'tmux'))) return;
    const server = await start(t);
    const inspected = await freePort();
    const window = chatWindows(t, server).open('watcher', undefined, { columns: 120, rows: 40, env: inspectable(inspected) });
    await window.until('watcher · connected');
    const talkers = await Promise.all(['ann', 'ben', 'cid'].map((guest) => listen(t, server, { identity: { guest }, limits })));
    const say = (index: number) =>
      talkers[index % talkers.length]?.client.say('#general', `*line* ${index} with \`code\`, 日本語 and https://example.org/${index} .`);
    // Everything is compiled, and as many messages are kept as ever will be.
    for (let index = 0; index < 1600; index++) say(-index - 1);
    await until(() => talkers.every(({ client }) => client.unsent === 0), 'the storing of the first messages');
    const aliveMib = await liveHeapMib(inspected);
    const started = { at: performance.now(), cpuMs: cpuMsOf(window.pid) };

    const resident = [residentMibOf(window.pid)];
    const sampler = setInterval(() => resident.push(residentMibOf(window.pid)), sampleMs);
    t.after(() => clearInterval(sampler));
    const count = seconds * perSecond;
    for (let index = 1; index <= count; index++) {
      say(index);
      await wait(Math.max(0, started.at + (index * 1000) / perSecond - performance.now()));
    }
    await window.until(`example.org/${count} `);

    const elapsedMs = performance.now() - started.at;
    const share = (cpuMsOf(window.pid) - started.cpuMs) / elapsedMs;
    clearInterval(sampler);
    const grownMib = (await liveHeapMib(inspected)) - aliveMib;
    t.diagnostic(
      `${count} messages in ${(elapsedMs / 1000).toFixed(1)} s, ${Math.round(share * 100)} % of a core, ${aliveMib.toFixed(1)} MiB alive ${grownMib < 0 ? '' : '+'}${grownMib.toFixed(1)}`,
    );
    for (let minute = 0, each = 60_000 / sampleMs; minute * each < resident.length; minute++) {
      const those = resident.slice(minute * each, (minute + 1) * each).map(Math.round);
      t.diagnostic(`minute ${minute + 1}: ${Math.min(...those)} to ${Math.max(...those)} MiB resident`);
    }
    assert.ok(share <= 0.5, `${Math.round(share * 100)} % of a core`);
    assert.ok(grownMib <= mostGrownMib, `${grownMib.toFixed(1)} MiB more that are not garbage`);
  });

/** CPU time used so far. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function residentMibOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
