import assert from 'node:assert/strict';
import test from 'node:test';
import { connect } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { dataFolder, type ServerProcess, spawnServer, until } from '../support/server-process.ts';

test('of two servers that start at once on one folder exactly one serves; the other ends with exit 73 and its pid, whoever was killed before', async (t) => {
  const fault = new Fault(t, 'F24', 'two starts at once on one data folder');
  const folder = dataFolder(t);
  const isServing = (server: ServerProcess) => server.logged('server.listen').length > 0;

  for (let race = 0; race < times({ quick: 2, long: 50 }); race += 1) {
    const racers = await Promise.all([spawnServer(t, { folder }), spawnServer(t, { folder })]);
    await until(() => racers.every((racer) => racer.hasEnded || isServing(racer)), 'the race to be over');

    const [winner, ...others] = racers.filter(isServing);
    const [loser] = racers.filter((racer) => racer !== winner);
    assert.ok(winner !== undefined && loser !== undefined && others.length === 0, `${racers.filter(isServing).length} serve`);
    assert.deepEqual(await loser.ended(), { code: 73, signal: null });
    assert.match(loser.errors, new RegExp(`\\bpid ${winner.pid}\\b`));
    const client = await connect(t, winner);
    await client.expectNothing();
    client.reset();
    await winner.kill();
    fault.happened += 1;
  }
});
