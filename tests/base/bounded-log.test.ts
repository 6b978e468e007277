import assert from 'node:assert/strict';
import test from 'node:test';
import { boundedLog } from '../../server/base/bounded-log.ts';
import { createLog } from '../../server/base/log.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { memoryStream } from '../support/memory-stream.ts';

function events(text: string): string[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => String((JSON.parse(line) as Record<string, unknown>)['event.action']));
}

test('past its share of a second an event is counted, told once, and others still pass', async () => {
  const stream = memoryStream();
  const clock = new FakeClock();
  const log = boundedLog(createLog({ format: 'json', level: 'info', file: '', isTerminal: false, stream }), clock, 3);

  for (let line = 0; line < 10; line += 1) log.info('connection.open');
  log.info('auth.register');
  log.warn('connection.open');
  clock.advance(1000);
  log.info('connection.open');
  await log.close();

  const told = events(stream.text());
  assert.equal(told.filter((event) => event === 'connection.open').length, 5);
  assert.equal(told.filter((event) => event === 'auth.register').length, 1);
  assert.match(stream.text(), /log\.suppressed.*7/);
});
