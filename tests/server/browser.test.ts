import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { chromium, type Page } from 'playwright-core';
import { guest } from '../support/client.ts';
import { has } from '../support/needs.ts';
import { startServer } from '../support/server.ts';
import { gatewayOf, webConnect } from '../support/web-client.ts';

/** Nothing of it calls home, and it has no sandbox, since tests may run as root. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** An empty page of an origin of its own, on this machine. */
async function pageOf(t: TestContext): Promise<{ page: Page; origin: string }> {
  const site = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>chat</title>'));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet, timeout: 120_000 });
  t.after(async () => {
    await browser.close();
    site.closeAllConnections();
    site.close();
  });
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  const page = await browser.newPage();
  await page.goto(origin, { timeout: 240_000 });
  return { page, origin };
}

test('a browser talks with a netcat and the library ws; a page of an origin that is not listed is refused', async (t) => {
  if (!has(t, 'chromium')) return;
  const { page, origin } = await pageOf(t);
  const server = await startServer(t, { set: ['gateway.listen=127.0.0.1:0', `gateway.origins=${origin}`] });
  const closed = await startServer(t, { set: ['gateway.listen=127.0.0.1:0'] });
  const nc = await guest(t, server, 'nc');
  const library = await webConnect(t, server);
  library.send({ type: 'message', from: 'library', content: '' });
  await library.expect({ type: 'ack', username: 'library' });

  const heard = page.evaluate(
    (address) =>
      new Promise<string>((resolve, reject) => {
        const socket = new WebSocket(`ws://${address}/`, 'classcord.v2');
        socket.onopen = () => socket.send(JSON.stringify({ type: 'message', from: 'browser', content: 'from a page: é 👍' }));
        socket.onerror = () => reject(new Error('refused'));
        socket.onmessage = ({ data }) => {
          const { type, content } = JSON.parse(data as string) as { type: string; content?: string };
          if (type === 'message') resolve(content ?? '');
        };
      }),
    gatewayOf(server),
  );

  await nc.expect({ type: 'message', from: 'browser', content: 'from a page: é 👍' });
  await library.expect({ type: 'message', from: 'browser', content: 'from a page: é 👍' });
  nc.send({ type: 'message', content: 'from a terminal' });
  await library.expect({ type: 'message', from: 'nc', content: 'from a terminal' });
  assert.equal(await heard, 'from a terminal');
  const refused = page.evaluate(
    (address) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://${address}/`, 'classcord.v2');
        socket.onopen = () => resolve('open');
        socket.onclose = ({ code }) => resolve(String(code));
      }),
    gatewayOf(closed),
  );
  assert.equal(await refused, '1006');
});
