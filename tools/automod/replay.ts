import type { Database } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { nextStep, within } from '../../server/domain/automod/escalation.ts';
import type { Finding } from '../../server/domain/automod/judge.ts';
import type { Step } from '../../server/domain/automod/rules.ts';
import type { Watch } from '../../server/domain/automod/watch.ts';

/** A message that the rules would have acted upon, and how. */
export interface Hit {
  readonly id: number;
  readonly at: string;
  readonly channel: string;
  readonly author: string;
  readonly username: string;
  readonly finding: Finding;
  readonly step: Step;
}

interface Row {
  readonly id: number;
  readonly author: string;
  readonly username: string;
  readonly content: string;
  readonly timestamp: string;
  readonly channel: string;
  readonly fold: string;
  readonly role: string | null;
}

/** People whose hits are remembered for the next one. */
const mostAuthors = 50_000;

/** Ids that one reading covers: each is a short transaction of its own. */
const idsAtOnce = 5000;

/**
 * Gives old messages to the rules as if they were said now, in the order in which they were stored. What was deleted is not among them, and
 * an edited one says what it says today. What would have been done is counted for what would have been done next.
 */
export function* replay(
  db: Database,
  watch: Watch,
  [from, before]: readonly [string, string],
): Generator<Hit | { readonly looked: number }> {
  const kept = (db.pragma('user_version', { simple: true }) as number) >= 3 ? 'AND m.deleted = 0' : '';
  const read = db.prepare<[number, number, string, string], Row>(
    `SELECT m.id, m.author, m.username, m.content, m.timestamp, c.name AS channel, c.fold, a.role
     FROM messages m JOIN channels c ON c.id = m.channel_id
     LEFT JOIN accounts a ON m.author LIKE 'u%' AND a.id = CAST(substr(m.author, 2) AS INTEGER)
     WHERE m.id > ? AND m.id <= ? AND m.timestamp >= ? AND m.timestamp < ? ${kept} ORDER BY m.id`,
  );
  const last = db.prepare<[], number | null>('SELECT max(id) FROM messages').pluck().get() ?? 0;
  const { escalation } = watch.rules;
  const done = new LRUCache<string, number[]>({ max: mostAuthors });
  for (let after = 0; after < last; after += idsAtOnce) {
    const rows = read.all(after, Math.min(after + idsAtOnce, last), from, before);
    for (const { id, author, username, content, timestamp, channel, fold, role } of rows) {
      const at = Date.parse(timestamp);
      const finding = watch.look({ author, role: role ?? (author.startsWith('u') ? 'user' : 'guest'), channel: fold, text: content, at });
      if (finding === null) continue;
      const times = (done.get(author) ?? []).slice(-escalation.steps.length);
      const step = nextStep(escalation, within(escalation, times, at));
      done.set(author, [...times, at]);
      yield { id, at: timestamp, channel, author, username, finding, step };
    }
    yield { looked: rows.length };
  }
}
