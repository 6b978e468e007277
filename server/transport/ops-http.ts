import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the answer to `/readyz` is made of. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: object;
}

/** The health port, open. */
export interface OpsHttp {
  /** `HOST:PORT` */
  readonly address: string;
  close(): void;
}

/**
 * Answers `/livez` (the event loop turns) and `/readyz` (this server should be sent clients; 503 when not) in JSON, and nothing else.
 * Never keeps the process alive. Rejects when the address cannot be had.
 */
export async function listenOps({ host, port }: { host: string; port: number }, readiness: () => Promise<Readiness>): Promise<OpsHttp> {
  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000, keepAliveTimeout: 5000 }, (request, response) => {
    answer(request, readiness).then(
      ({ status, body }) => write(response, status, request.method === 'HEAD' ? null : body),
      () => write(response, 500, { status: 'error' }),
    );
  });
  server.maxConnections = 64;
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    address: family === 'IPv6' ? `[${address}]:${bound}` : `${address}:${bound}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

async function answer({ method, url = '' }: IncomingMessage, readiness: () => Promise<Readiness>): Promise<Answer> {
  const path = url.split('?', 1)[0];
  if (path !== '/livez' && path !== '/readyz') return { status: 404, body: { status: 'not found', paths: ['/livez', '/readyz'] } };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: { status: 'method not allowed' } };
  if (path === '/livez') return { status: 200, body: { status: 'alive' } };
  const { ready, checks } = await readiness();
  return { status: ready ? 200 : 503, body: { status: ready ? 'ready' : 'not ready', checks } };
}

function write(response: ServerResponse, status: number, body: object | null): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
  });
  response.end(body === null ? undefined : `${JSON.stringify(body)}\n`);
}
