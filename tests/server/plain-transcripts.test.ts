import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../support/server.ts';
import { matches, transcriptsOf } from '../support/transcript.ts';
import { Typist } from '../support/typist.ts';

const transcripts = transcriptsOf('docs/protocol.md', 'plain');

test('examples of plain text were found', () => {
  assert.ok(transcripts.length >= 2, `only ${transcripts.length}`);
});

for (const { title, steps } of transcripts) {
  test(`the server shows a person what docs/protocol.md shows, and no more (${title})`, async (t) => {
    const server = await startServer(t);
    const people = new Map<string, { typist: Typist; rows: string[] }>();

    for (const { client, what, line, at } of steps) {
      const person = people.get(client) ?? { typist: await Typist.come(t, server), rows: [] };
      people.set(client, person);
      if (what === 'says') {
        person.rows.push(...(await person.typist.ask(line)));
        continue;
      }
      if (what === 'closed') {
        await person.typist.client.ended();
        continue;
      }
      assert.equal(what, 'gets', at);
      if (person.rows.length === 0) person.rows.push(...(await person.typist.rows()));
      const row = person.rows.shift() ?? '';
      assert.ok(matches(line, row), `${at}\nwanted ${line}\ngot    ${row}`);
    }

    for (const [name, { typist, rows }] of people) assert.deepEqual([...rows, ...(await typist.rows())], [], `${title}: ${name} got more`);
  });
}
