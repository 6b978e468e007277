import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listen } from '../support/chat-client.ts';
import { startCourseServer } from '../support/course-server.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/server-process.ts';
import { chatWindows, fitsAnySize, register, scrollsBackTo } from './window.ts';

const patience = { timeout: 400_000 };

describe('classcord chat with a course server, which knows nothing of v2', () => {
  test('two people talk, see what is unread, complete a name', patience, async (t) => {
    if (!(await has(t, 'tmux'))) return;
    const server = await startCourseServer(t);
    const windows = chatWindows(t, server);
    const alice = windows.open('alice', []);
    await register(alice, 'alice');
    await alice.until('old protocol only');
    const bob = windows.open('bob');
    await bob.until('bob · connected');
    assert.match(bob.text(), /· v1 ·?/);
    bob.type('salut *alice* 日本語').press('Enter');
    await alice.until(/bob │ salut alice 日本語/);
    alice.type('@b').press('Tab');
    await alice.until('#general> @bob');
    alice.type('ça va ?').press('Enter');
    await bob.until(/alice │ @bob ça va \?/);

    alice.type('/msg bob psst').press('Enter');
    await bob.until(/alice +@1|\[\d:@1\]/);
    bob.press('M-a');
    await bob.until(/alice │ psst/);
    await bob.until((text) => !/alice +@1/.test(text));
    bob.type('/nope secret').press('Enter');
    await bob.until('It was not sent');
    assert.ok(server.lines.every((line) => !line.includes('secret')));
  });

  test('one’s own scrollback, any size of the screen, a paste that is asked about, and a server that comes back', patience, async (t) => {
    if (!(await has(t, 'tmux'))) return;
    const first = await startCourseServer(t);
    const zoe = chatWindows(t, first).open('zoe', undefined, { columns: 110, rows: 24 });
    await zoe.until('zoe · connected');
    zoe.type('here').press('Enter');
    await zoe.until(/zoe │ here/);
    const { client: talker } = await listen(t, first, { identity: { guest: 'talker' }, limits: { helloMs: 500 } });
    for (let index = 1; index <= 200; index++) talker.say('#general', `line ${index}.`);
    await zoe.until('line 200.');

    await scrollsBackTo(zoe, 'line 1.');
    zoe.press('End');
    await zoe.until('line 200.');
    zoe.type('a draft');
    const sizes = [
      [60, 20],
      [130, 40],
      [80, 24],
    ] as const;
    await fitsAnySize(zoe, sizes, { name: 'zoe', input: '#general> a draft', newest: 'line 200.' });

    zoe.press('C-u').paste('first\nsecond\nthird');
    await zoe.until('Paste 3 lines?');
    zoe.press('Escape');
    await zoe.until((text) => !text.includes('Paste 3 lines?'));
    assert.ok(first.lines.every((line) => !line.includes('second')));

    const { port } = first;
    await first.stop();
    await zoe.until('no connection');
    zoe.type('meanwhile').press('Enter');
    await zoe.until(/meanwhile …/);
    zoe.type('half a th');
    const second = await startCourseServer(t, { port });
    await zoe.until('zoe · connected');
    await until(() => second.lines.some((line) => line.includes('meanwhile')), 'what was said without a connection');
    await zoe.until('#general> half a th');
    assert.equal(second.lines.filter((line) => line.includes('meanwhile')).length, 1);
  });
});
