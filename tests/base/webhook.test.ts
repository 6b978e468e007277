import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Webhook } from '../../server/base/webhook.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/server-process.ts';

interface Heard {
  readonly at: number;
  readonly body: unknown;
}

/** A listener that answers as told, the last answer for ever; `hang` never answers. */
async function listener(t: TestContext, clock: FakeClock, answers: readonly (number | 'hang')[]) {
  const heard: Heard[] = [];
  const held: ServerResponse[] = [];
  const server = createServer((asked: IncomingMessage, answer) => {
    let text = '';
    asked.on('data', (chunk) => {
      text += String(chunk);
    });
    asked.on('end', () => {
      const status = answers[Math.min(heard.length, answers.length - 1)] ?? 200;
      assert.equal(asked.method, 'POST');
      assert.equal(asked.headers['content-type'], 'application/json');
      heard.push({ at: clock.monotonic(), body: JSON.parse(text) });
      if (status === 'hang') held.push(answer);
      else answer.writeHead(status, { location: '/elsewhere' }).end('thanks');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const answer of held) answer.destroy();
    server.close();
  });
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=secret` };
}

function open(t: TestContext, url: string, clock: FakeClock) {
  const outcomes: string[] = [];
  const webhook = new Webhook({
    url,
    clock,
    onOutcome: (outcome, error) => void outcomes.push(error === null ? outcome : `${outcome}: ${error}`),
  });
  t.after(() => webhook.close());
  return { webhook, outcomes };
}

/** Lets an hour pass, second by second, until it is so. */
async function passUntil(clock: FakeClock, isSo: () => boolean, what: string): Promise<void> {
  await until(() => {
    if (isSo()) return true;
    if (clock.timers > 0) clock.advance(250);
    return false;
  }, what);
}

test('posts what it is given as JSON, in order, one at a time', async (t) => {
  const clock = new FakeClock();
  const { heard, url } = await listener(t, clock, [200]);
  const { webhook, outcomes } = open(t, url, clock);

  for (const number of [1, 2, 3]) webhook.send({ number });
  await until(() => outcomes.length === 3, 'three notices');

  assert.deepEqual(
    heard.map(({ body }) => body),
    [{ number: 1 }, { number: 2 }, { number: 3 }],
  );
  assert.deepEqual(outcomes, ['sent', 'sent', 'sent']);
  assert.equal(clock.timers, 0, 'timers that were left');
});

/** A clock that notes what it was asked to wait. */
class NotingClock extends FakeClock {
  readonly asked: number[] = [];

  override after(ms: number, run: () => void): () => void {
    this.asked.push(ms);
    return super.after(ms, run);
  }
}

test('tries again after 1, 4, 16 and 64 s, then gives up and takes the next', async (t) => {
  const clock = new NotingClock();
  const { heard, url } = await listener(t, clock, [503, 500, 429, 502, 500, 200]);
  const { webhook, outcomes } = open(t, url, clock);

  webhook.send({ number: 1 });
  webhook.send({ number: 2 });
  for (const [at, waitMs] of [1000, 4000, 16_000, 64_000].entries()) {
    await until(() => clock.asked.at(-1) === waitMs, `the wait after try ${at + 1}`);
    clock.advance(waitMs - 1);
    assert.equal(heard.length, at + 1);
    clock.advance(1);
    await until(() => heard.length > at + 1, `try ${at + 2}`);
  }
  await until(() => outcomes.length === 2, 'both outcomes');

  assert.deepEqual(outcomes, ['failed: HTTP 500', 'sent']);
  assert.deepEqual(
    heard.map(({ body }) => (body as { number: number }).number),
    [1, 1, 1, 1, 1, 2],
  );
});

test('does not try again what is refused for good, nor follows to another place', async (t) => {
  const clock = new FakeClock();
  const { heard, url } = await listener(t, clock, [404, 302]);
  const { webhook, outcomes } = open(t, url, clock);

  webhook.send({ number: 1 });
  webhook.send({ number: 2 });
  await until(() => outcomes.length === 2, 'both outcomes');

  assert.deepEqual(outcomes, ['failed: HTTP 404', 'failed: HTTP 302']);
  assert.equal(heard.length, 2);
});

test('gives an answer five seconds, then tries again', async (t) => {
  const clock = new FakeClock();
  const { heard, url } = await listener(t, clock, ['hang', 200]);
  const { webhook, outcomes } = open(t, url, clock);

  webhook.send({ number: 1 });
  await until(() => heard.length === 1, 'the first try');
  await passUntil(clock, () => outcomes.length === 1, 'the second try');

  assert.deepEqual(outcomes, ['sent']);
  assert.ok((heard[1]?.at ?? 0) >= 6000, `tried again at ${heard[1]?.at}`);
});

test('goes on when nobody listens, and gives up in the end', async (t) => {
  const clock = new FakeClock();
  const { webhook, outcomes } = open(t, 'http://127.0.0.1:1/', clock);

  webhook.send({ number: 1 });
  await passUntil(clock, () => outcomes.length === 1, 'the end');

  assert.match(outcomes[0] ?? '', /^failed: .*ECONNREFUSED/);
});

test('holds sixteen notices; the oldest make room', async (t) => {
  const clock = new FakeClock();
  const { heard, url } = await listener(t, clock, ['hang']);
  const { webhook, outcomes } = open(t, url, clock);

  for (let number = 0; number < 20; number += 1) webhook.send({ number });
  await until(() => heard.length === 1, 'the first try');

  assert.deepEqual(outcomes, ['dropped', 'dropped', 'dropped']);
});

test('a closed one sends nothing more, and leaves no timer', async (t) => {
  const clock = new FakeClock();
  const { heard, url } = await listener(t, clock, [500]);
  const { webhook, outcomes } = open(t, url, clock);
  webhook.send({ number: 1 });
  await until(() => heard.length === 1 && clock.timers === 1, 'the first try');

  webhook.close();
  webhook.send({ number: 2 });
  await until(() => clock.timers === 0, 'no timer');

  assert.deepEqual([heard.length, outcomes], [1, []]);
});
