import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { guest } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { closedAs } from '../support/server-metrics.ts';
import { startProcess, until } from '../support/server-process.ts';

const peers = 500;
/** Of these, so many are told something every second: for them keep-alive rests. */
const addressees = 50;
const ip = (...args: readonly string[]) => execFileSync('ip', args, { timeout: 120_000, stdio: 'pipe' });

/** A network of its own, on the other end of a cable that can be pulled; gone when the test ends. */
function network(t: TestContext): { readonly name: string; readonly here: string; pull(): void } {
  const name = `classcord${process.pid}`;
  const [near, far] = [`cc${process.pid}a`, `cc${process.pid}b`];
  const [here, there] = ['198.18.77.1', '198.18.77.2'];
  t.after(() => {
    // The kernel keeps a network for as long as one of its sockets has something to say, and the cable with it.
    ip('link', 'del', near);
    ip('netns', 'del', name);
  });
  ip('netns', 'add', name);
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name);
  ip('addr', 'add', `${here}/30`, 'dev', near);
  ip('link', 'set', near, 'up');
  ip('-n', name, 'addr', 'add', `${there}/30`, 'dev', far);
  ip('-n', name, 'link', 'set', far, 'up');
  return { name, here, pull: () => void ip('-n', name, 'link', 'set', far, 'down') };
}

/** Opens connections as guests, and says how many are in. */
const crowd = `
  const { connect } = require('node:net');
  const [, host, port, count] = process.argv;
  let isIn = 0;
  for (let i = 0; i < count; i += 1) {
    const socket = connect(port, host, () => socket.write(JSON.stringify({ type: 'message', from: 'peer-' + i, content: '' }) + '\\n{"type":"users"}\\n'));
    socket.once('data', () => { isIn += 1; if (isIn === Number(count)) console.log('in'); });
    socket.resume().on('error', () => undefined);
  }
`;

test(`${peers} peers whose cable is pulled are gone within two minutes, each with one notice to the others`, async (t) => {
  if (times({ quick: 0, long: 1 }) === 0) return t.skip('only in `npm run faults`: it makes a network');
  const fault = new Fault(t, 'F18', `cable of ${peers} peers pulled`);
  const { name, here, pull } = network(t);
  const server = await startProcess(t, { alsoOn: here });
  const watcher = await guest(t, server, 'watcher');
  const child = spawn('ip', ['netns', 'exec', name, process.execPath, '-e', crowd, here, `${server.port}`, `${peers}`], { stdio: 'pipe' });
  t.after(() => child.kill('SIGKILL'));
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk;
  });
  await until(() => printed.includes('in'), 'the peers to be in');

  let looks = 0;
  const talk = setInterval(() => {
    for (let i = 0; i < addressees; i += 1)
      watcher.send({ type: 'message', subtype: 'private', to: `peer-${i}`, content: 'are you there?' });
    // So that it has something to hear until then.
    watcher.send({ type: 'users' });
    looks += 1;
  }, 1000);
  t.after(() => clearInterval(talk));
  const pulledAt = performance.now();
  pull();
  const notices = new Map<string, number>();
  const hear = async () => {
    const { type, state, user } = await watcher.next();
    if (type === 'status' && state === 'offline') notices.set(String(user), (notices.get(String(user)) ?? 0) + 1);
    if (type === 'users') looks -= 1;
  };
  while (notices.size < peers) {
    assert.ok(performance.now() - pulledAt < 180_000, `${peers - notices.size} peers are still there`);
    await hear();
  }
  const goneMs = performance.now() - pulledAt;
  clearInterval(talk);
  while (looks > 0) await hear();

  fault.happened = notices.size;
  const vanished = await closedAs(server.port, 'vanished');
  fault.note = `${addressees} of them were sent something every second; the last was gone after ${(goneMs / 1000).toFixed(0)} s, ${vanished} of them found by what they did not acknowledge; none was told twice`;
  assert.ok(vanished >= addressees, `${vanished} were found to have vanished`);
  assert.ok([...notices.values()].every((count) => count === 1));
  assert.ok(goneMs < 120_000, `gone after ${goneMs} ms`);
});
