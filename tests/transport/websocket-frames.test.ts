import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Tick } from '../../server/transport/outbox.ts';
import { framesOf, SharedFrames } from '../../server/transport/websocket-frames.ts';

interface Receiver {
  on(event: 'message', hear: (data: Buffer, isBinary: boolean) => void): void;
  write(bytes: Buffer): void;
}
/** The reader of the library, as clients have it. */
const { Receiver } = createRequire(import.meta.url)('ws') as { Receiver: new (options: { isServer: boolean }) => Receiver };

/** What a client understands. */
function read(frames: Buffer): string[] {
  const texts: string[] = [];
  const receiver = new Receiver({ isServer: false });
  receiver.on('message', (data, isBinary) => texts.push(isBinary ? 'binary' : data.toString()));
  receiver.write(frames);
  return texts;
}

test('each line is one text frame without its newline, at every length at which the head changes', () => {
  const texts = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000].map((length) => 'x'.repeat(length));

  const frames = framesOf(Buffer.from(texts.map((text) => `${text}\n`).join('')));

  assert.deepEqual(read(frames), texts);
});

test('letters of several bytes are counted in bytes, and a last line may lack its newline', () => {
  const texts = ['é'.repeat(63), '👍'.repeat(40), 'end'];

  assert.deepEqual(read(framesOf(Buffer.from(texts.join('\n')))), texts);
});

test('the same buffer is framed once in a tick, and not kept after it', async () => {
  const tick = new Tick();
  const shared = new SharedFrames(tick);
  const lines = Buffer.from('{"a":1}\n');

  const first = shared.of(lines);

  assert.equal(shared.of(lines), first);
  assert.notEqual(shared.of(Buffer.from('{"a":1}\n')), first);
  tick.request();
  await turn();
  assert.notEqual(shared.of(lines), first);
});
