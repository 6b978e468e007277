import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { CommandError } from '../server/base/exit-codes.ts';
import { type Lang, text } from '../server/protocol/texts.ts';
import type { Collector } from './collector.ts';
import { openMetricsOf, openMetricsType, prefersOpenMetrics } from './open-metrics.ts';
import { landingPage, preferredLang } from './page.ts';

/** Answered at once; more are refused, so that a storm of scrapes never becomes one of readings. */
const mostAtOnce = 10;
const mostConnections = 64;
const patienceMs = 5000;

export interface ExporterHttp {
  /** `HOST:PORT` */
  readonly address: string;
  /** Resolves when every answer under way has left. */
  close(): Promise<void>;
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly lang: Lang;
}

/** Listens for Prometheus and for people. Rejects with CommandError `port`, told in `lang`, when the address cannot be had. */
export async function listenHttp(place: Place, collector: Collector): Promise<ExporterHttp> {
  let underWay = 0;
  const server = createServer({ requestTimeout: patienceMs, headersTimeout: patienceMs, keepAliveTimeout: patienceMs });
  server.maxConnections = mostConnections;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    underWay += 1;
    response.on('close', () => {
      underWay -= 1;
    });
    answer(request, { collector, isCrowded: underWay > mostAtOnce }).then(
      (page) => write(response, request.method === 'HEAD' ? { ...page, body: '' } : page),
      () => write(response, plain(500, 'The exporter failed.\n')),
    );
  });
  await listening(server, place);
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    address: family === 'IPv6' ? `[${address}]:${bound}` : `${address}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), patienceMs).unref();
      }),
  };
}

interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const paths = ['/', '/metrics', '/healthz'];

async function answer(
  { method, url = '', headers }: IncomingMessage,
  { collector, isCrowded }: { collector: Collector; isCrowded: boolean },
): Promise<Page> {
  const path = url.split('?', 1)[0] ?? '';
  if (!paths.includes(path)) return plain(404, `Not found. Here are: ${paths.join(' ')}\n`);
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'Only GET and HEAD.\n', { Allow: 'GET, HEAD' });
  // Says that this process lives; whether the server does is `classcord_up`.
  if (path === '/healthz') return { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"status":"ok"}\n' };
  if (isCrowded) {
    collector.refused();
    return plain(503, 'Too many scrapes at once.\n', { 'Retry-After': '1' });
  }
  if (path === '/metrics') return metricsPage(await collector.text(), headers.accept);
  const lang = preferredLang(headers['accept-language']);
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Language': lang,
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
      Vary: 'Accept-Language',
    },
    body: landingPage(await collector.look(), collector.former, lang),
  };
}

function metricsPage(text: string, accept: string | undefined): Page {
  const isOpen = prefersOpenMetrics(accept);
  const headers = { 'Content-Type': isOpen ? openMetricsType : Registry.PROMETHEUS_CONTENT_TYPE, Vary: 'Accept' };
  return { status: 200, headers, body: isOpen ? openMetricsOf(text) : text };
}

function plain(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Page {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body };
}

function write(response: ServerResponse, { status, headers, body }: Page): void {
  response.writeHead(status, { ...headers, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  response.end(body);
}

async function listening(server: Server, { host, port, lang }: Place): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const reason = text(lang, code === 'EADDRINUSE' ? 'port_taken' : 'port_refused', { address: `${host}:${port}`, why: code });
    throw new CommandError('port', reason, { cause });
  }
}
