#!/usr/bin/env node
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { type Corpus, fillDatabase } from './corpus.ts';
import { Histogram } from './histogram.ts';
import { ownServer, startServer } from './server-process.ts';

/**
 * Measures search and history on a large database, through the wire: `npm run build && node dist/tools/bench/search.js [messages]`
 * (default 1,000,000; half a minute to fill, another to be indexed). The server catches up with the index first, then is asked for words of all
 * frequencies, then for pages of 1,000 while 500 messages a second are written to the same channel.
 */
const messages = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'classcord-search-'));
const file = join(folder, 'classcord.db');
const stop = new AbortController();
try {
  const corpus = await timed('filled', async () => fillDatabase(file, messages));
  const startedAt = performance.now();
  const server = await startServer(ownServer().replace('{data}', folder), stop.signal);
  tell('listens after', `${(performance.now() - startedAt).toFixed(0)} ms`);
  try {
    await timed('indexed', () => untilIndexed(file, messages));
    await measure(corpus, server.port);
  } finally {
    await server.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(corpus: Corpus, port: number): Promise<void> {
  const reader = await openClient(port, 'reader');
  for (const [least, most] of [
    [1, 100],
    [100, 1000],
    [1000, 5000],
    [5000, 10_000],
    [10_000, messages],
  ] as const) {
    const words = sample(corpus.words.filter(([, said]) => said >= least && said < most).map(([word]) => word));
    await repeat(`search, a word of ${least}–${most} messages`, words, (query) => reader.ask({ type: 'search', query }));
  }
  const common = corpus.words[0]?.[0];
  const others = sample(corpus.words.filter(([, said]) => said >= 5000 && said < 50_000).map(([word]) => word));
  await repeat('search, two words, one of them very common', others, (word) => reader.ask({ type: 'search', query: `${word} ${common}` }));
  const beginnings = sample(corpus.words.filter(([, said]) => said < 10).map(([word]) => word.slice(0, 4)));
  await repeat('search, the beginning of a word', beginnings, (query) => reader.ask({ type: 'search', query }));
  const pages = () => Array.from({ length: 1000 }, () => 1000 + Math.floor(Math.random() * (messages - 1000)));
  const page = (before: number) => reader.ask({ type: 'history', channel: corpus.channel, before, limit: 1000 });
  await repeat('history of 1,000, nobody writing', pages().slice(0, 200), page);

  const writer = await openClient(port, 'writer');
  await writer.ask({ type: 'join', channel: corpus.channel });
  const end = writeSteadily(writer, corpus.channel, 500);
  await metricsOf(port);
  await repeat('history of 1,000, 500 msg/s written', pages(), page);
  tell('event-loop delay p99 meanwhile (10 ms is its resolution)', `${(loopDelay(await metricsOf(port)) * 1000).toFixed(1)} ms`);
  await repeat('search of 1,000–5,000 hits, 500 msg/s written', others, (query) => reader.ask({ type: 'search', query }));
  const soughtAt = performance.now();
  await writer.ask({ type: 'message', channel: corpus.channel, content: 'zebrafinch' });
  while ((await reader.ask({ type: 'search', query: 'zebrafinch' })).includes('"messages":[]')) await sleep(10);
  tell('a message is found after', `${(performance.now() - soughtAt).toFixed(0)} ms`);
  await end();
}

/** Asks one after the other, and tells how long each took. */
async function repeat<T>(title: string, arguments_: readonly T[], ask: (argument: T) => Promise<unknown>): Promise<void> {
  const durations = new Histogram();
  for (const argument of arguments_) {
    const startedAt = performance.now();
    await ask(argument);
    durations.add(Math.round((performance.now() - startedAt) * 1000));
    await sleep(5);
  }
  const at = (share: number) => `${((durations.quantile(share) ?? 0) / 1000).toFixed(1)} ms`;
  tell(title, `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)} (${durations.count})`);
}

interface Client {
  /** Sends a request; resolves with the last line of its answer. */
  ask(request: Readonly<Record<string, unknown>>): Promise<string>;
}

async function openClient(port: number, name: string): Promise<Client> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const waiting = new Map<string, (line: string) => void>();
  createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    const ref = /^\{"type":"\w+"(?:,"status":"\w+")?,"ref":"(\d+)"/.exec(line)?.[1];
    if (ref === undefined || line.endsWith('"more":true}')) return;
    waiting.get(ref)?.(line);
    waiting.delete(ref);
  });
  let last = 0;
  const ask = (request: Readonly<Record<string, unknown>>) => {
    last += 1;
    const ref = String(last);
    socket.write(`${JSON.stringify({ ...request, ref })}\n`);
    return new Promise<string>((resolve, reject) => {
      waiting.set(ref, (line) => (line.startsWith('{"type":"error"') ? reject(new Error(line)) : resolve(line)));
    });
  };
  await ask({ type: 'hello', version: 2 });
  await ask({ type: 'message', from: name, content: '' });
  return { ask };
}

function writeSteadily(writer: Client, channel: string, perSecond: number): () => Promise<unknown> {
  const acks: Promise<unknown>[] = [];
  const timer = setInterval(() => {
    for (let i = 0; i < perSecond / 100; i += 1)
      acks.push(writer.ask({ type: 'message', channel, content: `written meanwhile ${acks.length}` }));
  }, 10);
  return () => {
    clearInterval(timer);
    return Promise.all(acks);
  };
}

async function untilIndexed(database: string, count: number): Promise<void> {
  const db = new Sqlite(database, { readonly: true });
  const position = db.prepare<[], number>('SELECT last_id FROM search_position').pluck();
  while ((position.get() ?? 0) < count) await sleep(200);
  db.close();
}

async function metricsOf(port: number): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1' }).setEncoding('utf8');
  socket.write('GET_METRICS\n');
  let text = '';
  for await (const chunk of socket) text += chunk as string;
  return text;
}

function loopDelay(metrics: string): number {
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)?.[1]);
}

/** At most 100 of them, evenly spread. */
function sample(words: readonly string[]): readonly string[] {
  return Array.from(
    { length: Math.min(100, words.length) },
    (_, index) => words[Math.floor((index * words.length) / Math.min(100, words.length))] ?? '',
  );
}

async function timed<T>(title: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  tell(title, `${messages.toLocaleString('en')} messages in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return result;
}

function tell(title: string, figures: string): void {
  process.stdout.write(`${title.padEnd(60)} ${figures}\n`);
}
