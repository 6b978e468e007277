import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { connect } from '../support/client.ts';
import { healthProgram, imageCommand, imageEnv, readCompose } from '../support/compose.ts';
import { type Contained, contain, type LaidOut, layOut } from '../support/image.ts';
import { has } from '../support/needs.ts';
import { freePort, until } from '../support/server-process.ts';

test('the image runs the server as process 1, in the exec form', () => {
  assert.deepEqual(imageCommand(), ['node', 'dist/tools/bin/classcord.cjs', 'serve']);
});

describe('the packed files, run as the image runs them', () => {
  let image: LaidOut;
  before(() => {
    image = layOut();
  });
  after(() => image.remove());

  test('they hold what runs and what is read, and no tests', () => {
    for (const path of ['dist/server/store/migrations/sqlite', 'docs/operations.md', 'LICENSE', 'node_modules/better-sqlite3']) {
      assert.ok(existsSync(join(image.app, path)), path);
    }
    for (const path of ['tests', 'dist/tests', '.ci', 'data', 'node_modules/typescript', 'node_modules/dclint']) {
      assert.ok(!existsSync(join(image.app, path)), path);
    }
  });

  test('the server runs as another user, without rights, on a read-only tree, and stops in good order', async (t) => {
    if (!has(t, 'tmpfs')) return;
    const { server, port, healthPort } = await startServer(t, image, image.volume());

    const alice = await connect(t, { port });
    const bob = await connect(t, { port });
    bob.send({ type: 'message', from: 'bob', content: '' });
    await bob.expectNothing();
    alice.send({ type: 'message', from: 'alice', content: 'from the image' });
    await bob.expect({ type: 'message', from: 'alice', content: 'from the image' });

    assert.deepEqual(server.status('Uid').split('\t'), Array(4).fill(String(image.uid)));
    assert.equal(server.status('NSpid').split('\t').at(-1), '1');
    assert.equal(Number(`0x${server.status('CapEff')}`), 0);
    assert.equal(isHealthy(healthPort), true);
    assert.equal(await server.stop(), 0, server.output);
    assert.equal(isHealthy(healthPort), false);
  });

  test('the exporter of the container file reads the same volume as the same user, and outlives the server', async (t) => {
    if (!has(t, 'tmpfs')) return;
    const data = image.volume();
    const { server } = await startServer(t, image, data);
    const { exporter, url } = await startExporter(t, image, data);
    const metrics = async () => (await fetch(`${url}/metrics`)).text();

    await until(async () => /^classcord_up 1$/m.test(await metrics()), 'classcord_up 1');
    assert.equal(await server.stop(), 0, server.output);
    await until(async () => /^classcord_up 0$/m.test(await metrics()), 'classcord_up 0');

    assert.deepEqual(
      readdirSync(data).filter((name) => statSync(join(data, name)).uid !== image.uid),
      [],
    );
    assert.equal(await exporter.stop(), 0, exporter.output);
  });
});

async function startServer(t: TestContext, image: LaidOut, data: string): Promise<{ server: Contained; port: number; healthPort: number }> {
  const [port, healthPort] = [await freePort(), await freePort()];
  const env = {
    ...settings(data),
    CLASSCORD__SERVER__LISTEN: `127.0.0.1:${port}`,
    CLASSCORD__SERVER__HEALTH_LISTEN: `127.0.0.1:${healthPort}`,
  };
  const server = contain(t, image, { command: imageCommand(), env, data });
  await until(() => answers(server, `http://127.0.0.1:${healthPort}/readyz`), 'the server');
  return { server, port, healthPort };
}

async function startExporter(t: TestContext, image: LaidOut, data: string): Promise<{ exporter: Contained; url: string }> {
  const address = `127.0.0.1:${await freePort()}`;
  const words = readCompose().services['socket_exporter']?.command ?? [];
  const command = [...imageCommand().slice(0, 2), ...words.map((word) => word.replace('0.0.0.0:9091', address))];
  const exporter = contain(t, image, { command, env: settings(data), data });
  await until(() => answers(exporter, `http://${address}/healthz`), 'the exporter');
  return { exporter, url: `http://${address}` };
}

/** The variables of the image, with the volume where it is on this machine. */
function settings(data: string): Record<string, string> {
  return { ...imageEnv(), CLASSCORD__SERVER__DATA: data };
}

async function answers(program: Contained, url: string): Promise<boolean> {
  assert.equal(program.hasEnded, false, program.output);
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** What the HEALTHCHECK of the image finds. */
function isHealthy(port: number): boolean {
  const [program = '', ...args] = healthProgram().map((word) => word.replace(':12380/', `:${port}/`));
  return spawnSync(program, args, { timeout: 120_000 }).status === 0;
}
