import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import type { Asker } from './asker.ts';
import { Histogram } from './histogram.ts';

/** How long something took, in µs, and how long the oldest message that no search finds yet had been there. */
export interface IndexLag {
  readonly acks: Histogram;
  readonly lags: Histogram;
  /** From the last ack until everything can be found. */
  readonly restMs: number;
}

const sampleMs = 20;

/** Says `count` messages, `perSecond` a second (or as fast as they are taken), and watches how far the search index is behind. */
export async function measureIndexLag(
  database: string,
  talk: { readonly writer: Asker; readonly channel: string; readonly count: number; readonly perSecond: number },
): Promise<IndexLag> {
  const db = new Sqlite(database, { readonly: true });
  const oldest = db
    .prepare<[], string>('SELECT timestamp FROM messages WHERE id > (SELECT last_id FROM search_position) ORDER BY id LIMIT 1')
    .pluck();
  const lags = new Histogram();
  const sample = () => {
    const said = oldest.get();
    lags.add(said === undefined ? 0 : (Date.now() - Date.parse(said)) * 1000);
    return said === undefined;
  };
  const timer = setInterval(sample, sampleMs);
  const acks = await say(talk);
  const startedAt = performance.now();
  while (!sample()) await sleep(sampleMs);
  clearInterval(timer);
  db.close();
  return { acks, lags, restMs: performance.now() - startedAt };
}

/** The times from writing a message to its ack. */
async function say({ writer, channel, count, perSecond }: Parameters<typeof measureIndexLag>[1]): Promise<Histogram> {
  const acks = new Histogram();
  const all: Promise<unknown>[] = [];
  const startedAt = performance.now();
  for (let number = 0; number < count; number += 1) {
    const ahead = (number * 1000) / perSecond - (performance.now() - startedAt);
    if (ahead > 1) await sleep(ahead);
    const saidAt = performance.now();
    const content = `message ${number} of many, about what ${number % 97} people had ${number % 31} times asked for`;
    const acked = writer.ask({ type: 'message', channel, content });
    all.push(acked.then(() => acks.add(Math.round((performance.now() - saidAt) * 1000))));
  }
  await Promise.all(all);
  return acks;
}
