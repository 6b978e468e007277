import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { controlFile, controlLineBytes, listenControl, shortened } from '../../server/transport/control-socket.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'classcord-control-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A control socket that answers each question with itself. */
async function listen(t: TestContext, data: string, answer = async (question: unknown): Promise<unknown> => ({ question })) {
  const control = await listenControl(data, answer);
  t.after(() => control.close());
  return control;
}

async function ask(t: TestContext, data: string): Promise<Socket> {
  const place = shortened(data);
  const socket = connect(place.path);
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  place.close();
  return socket;
}

/** Everything that comes until there are so many lines, or the end. */
async function lines(socket: Socket, count: number): Promise<readonly string[]> {
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.split('\n').length > count) break;
  }
  return text.split('\n').slice(0, -1);
}

/** Resolves when it was cut off, with or without a reset. */
function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('error', () => undefined).on('close', () => resolve()));
}

test('is open to its owner only, and gone when it is closed', async (t) => {
  const data = folder(t);
  const control = await listenControl(data, async () => ({}));
  const mode = statSync(join(data, controlFile)).mode & 0o777;
  await control.close();

  assert.equal(mode, 0o600);
  assert.equal(existsSync(join(data, controlFile)), false);
});

test('takes the place of a socket, or a file, that a dead server left', async (t) => {
  const data = folder(t);
  const dead = createServer().listen(join(data, controlFile));
  await once(dead, 'listening');
  t.after(() => dead.close());
  await listen(t, data);
  const socket = await ask(t, data);
  socket.write('1\n');
  assert.deepEqual(await lines(socket, 1), ['{"question":1}']);

  const other = folder(t);
  writeFileSync(join(other, controlFile), 'no socket');
  await listen(t, other);
  assert.ok(statSync(join(other, controlFile)).isSocket());
});

test('answers in a folder whose path is longer than the kernel allows for a socket', async (t) => {
  const data = join(folder(t), 'a'.repeat(60), 'b'.repeat(60));
  mkdirSync(data, { recursive: true });
  await listen(t, data);

  const socket = await ask(t, data);
  socket.write('"far"\n');

  assert.deepEqual(await lines(socket, 1), ['{"question":"far"}']);
});

test('answers line by line, in order, one at a time, split and joined as they come', async (t) => {
  const data = folder(t);
  let underWay = 0;
  let most = 0;
  await listen(t, data, async (question) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return question;
  });
  const socket = await ask(t, data);

  socket.write('{"n":1}\n{"n":2}\n{"n"');
  socket.write(':3}\n');

  assert.deepEqual(await lines(socket, 3), ['{"n":1}', '{"n":2}', '{"n":3}']);
  assert.equal(most, 1);
});

test('answers who asks and says goodbye in one breath', async (t) => {
  const data = folder(t);
  await listen(t, data);
  const socket = await ask(t, data);

  socket.end('7\n');

  assert.deepEqual(await lines(socket, 9), ['{"question":7}']);
});

test('takes what is not JSON for an empty question, and cuts off a line without an end', async (t) => {
  const data = folder(t);
  await listen(t, data);
  const socket = await ask(t, data);
  socket.write('what?\n');
  const endless = await ask(t, data);
  endless.write('x'.repeat(controlLineBytes + 65_536));
  endless.resume();

  await gone(endless);
  assert.deepEqual(await lines(socket, 1), ['{"question":null}']);
});

test('serves eight operators at once, and the ninth when one is gone', async (t) => {
  const data = folder(t);
  await listen(t, data);
  const eight: Socket[] = [];
  for (let number = 0; number < 8; number += 1) {
    const socket = await ask(t, data);
    socket.write('0\n');
    await once(socket, 'data');
    eight.push(socket);
  }

  const ninth = await ask(t, data);
  ninth.resume();
  await gone(ninth);
  eight[0]?.destroy();
  let answered: readonly string[] = [];
  while (answered.length === 0) {
    const tenth = await ask(t, data);
    tenth.on('error', () => undefined);
    tenth.write('10\n');
    answered = await lines(tenth, 1).catch(() => []);
  }
  assert.deepEqual(answered, ['{"question":10}']);
});

test('a stop lets the question under way be answered', async (t) => {
  const data = folder(t);
  let go: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    go = resolve;
  });
  let answerNow: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    answerNow = resolve;
  });
  const control = await listenControl(data, async () => {
    go();
    await held;
    return 'late';
  });
  const socket = await ask(t, data);
  socket.write('1\n');
  await asked;

  const closed = control.close();
  answerNow();
  const answer = await lines(socket, 1);
  await closed;

  assert.deepEqual(answer, ['"late"']);
});
