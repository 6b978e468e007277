#!/usr/bin/env node
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { type Asker, openAsker } from './asker.ts';
import { type Corpus, fillDatabase } from './corpus.ts';
import { Histogram } from './histogram.ts';
import { measureIndexLag } from './index-lag.ts';
import { ownServer, startServer } from './server-process.ts';

/**
 * Measures search and history on a large database, through the wire: `npm run build && node dist/tools/bench/search.js [messages]`
 * (default 1,000,000; half a minute to fill, another to be indexed). The server catches up with the index first, then is asked for words of all
 * frequencies, then for pages of 1,000 while 500 messages a second are written to the same channel; last, how far the index is behind.
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
  const reader = await openAsker(port, 'reader');
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

  const writer = await openAsker(port, 'writer');
  await writer.ask({ type: 'join', channel: corpus.channel });
  const end = writeSteadily(writer, corpus.channel, 500);
  await metricsOf(port);
  await repeat('history of 1,000, 500 msg/s written', pages(), page);
  tell('event-loop delay p99 meanwhile (10 ms is its resolution)', `${(loopDelay(await metricsOf(port)) * 1000).toFixed(1)} ms`);
  await repeat('search of 1,000–5,000 hits, 500 msg/s written', others, (query) => reader.ask({ type: 'search', query }));
  await end();
  await indexing({ writer, channel: corpus.channel });
}

/** How far behind search is, and what an ack takes meanwhile: at a steady rate for a minute, and after a burst. */
async function indexing(talk: { writer: Asker; channel: string }): Promise<void> {
  for (const [title, load] of [
    ['500 msg/s for a minute', { count: 30_000, perSecond: 500 }],
    ['5,000 messages at once', { count: 5000, perSecond: Number.POSITIVE_INFINITY }],
  ] as const) {
    const { acks, lags, restMs } = await measureIndexLag(file, { ...talk, ...load });
    tell(`${title}: acks`, figuresOf(acks));
    tell(`${title}: found after`, `${figuresOf(lags)}; all ${restMs.toFixed(0)} ms after the last ack`);
  }
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
  tell(title, figuresOf(durations));
}

function figuresOf(durations: Histogram): string {
  const at = (share: number) => `${((durations.quantile(share) ?? 0) / 1000).toFixed(1)} ms`;
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)} (${durations.count})`;
}

function writeSteadily(writer: Asker, channel: string, perSecond: number): () => Promise<unknown> {
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
