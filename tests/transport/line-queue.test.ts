import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { JsonLines } from '../../server/transport/json-lines.ts';
import { LineQueue } from '../../server/transport/line-queue.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The object of the one line of this queue, so that only the queue could still hold it. */
function takeOne(queue: LineQueue): WeakRef<object> {
  queue.push(Buffer.from('{"type":"message","content":"hi"}\n'));
  const line = queue.take(16, 1024);
  assert.ok(line !== undefined && 'object' in line);
  return new WeakRef(line.object);
}

test('of what was said and done nothing is kept while a connection is quiet', async () => {
  const parser = new JsonLines();
  const queue = new LineQueue(parser);

  const said = takeOne(queue);
  // The parser is everybody's, and forgets a line with the next one.
  takeOne(new LineQueue(parser));
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }

  assert.equal(said.deref(), undefined);
  assert.equal(queue.hasMore, false);
});
