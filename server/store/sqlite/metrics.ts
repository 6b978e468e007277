import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { Figures } from '../../base/figures.ts';
import type { MetricsSnapshot } from '../store.ts';
import { unsearchable } from './search-lag.ts';

/** A node that was silent for so long is no node any more. */
const forgottenAfterMs = 24 * 3600 * 1000;

/** The writes that only tell how the server is. */
export function metricsWrites(db: Database) {
  const save = db.prepare<[string, number, string]>('INSERT OR REPLACE INTO metrics_snapshots (node, at, json) VALUES (?, ?, ?)');
  const forget = db.prepare<[number]>('DELETE FROM metrics_snapshots WHERE at < ?');
  const probe = db.prepare<[string, number]>('INSERT OR REPLACE INTO probes (node, at) VALUES (?, ?)');
  return {
    'metrics.save': ({ node, at, json }: MetricsSnapshot): void => {
      forget.run(at - forgottenAfterMs);
      save.run(node, at, json);
    },
    'metrics.probe': ({ node, at }: Pick<MetricsSnapshot, 'node' | 'at'>): void => {
      probe.run(node, at);
    },
  };
}

/** The newest snapshot of each node. */
export function snapshotReads(db: Database): () => MetricsSnapshot[] {
  const all = db.prepare<[], MetricsSnapshot>('SELECT node, at, json FROM metrics_snapshots ORDER BY node');
  return () => all.all();
}

/**
 * The figures that tables and files give. Cheap however many messages there are: they are not counted but told by the counters,
 * so that deleted ones, which keep their place, count too.
 */
export function figureReads(db: Database, file: string): () => Figures {
  const accounts = db.prepare<[], number>('SELECT count(*) FROM accounts').pluck();
  const channels = db.prepare<[], { visibility: string; channels: number; messages: number }>(
    'SELECT visibility, count(*) AS channels, sum(last_seq) AS messages FROM channels GROUP BY visibility',
  );
  const lastId = db.prepare<[], number>("SELECT value FROM counters WHERE name = 'message_id'").pluck();
  const oldestUnsearchable = unsearchable(db);
  const read = db.transaction((): Figures => {
    const byVisibility = channels.all();
    const inChannels = byVisibility.reduce((sum, { messages }) => sum + messages, 0);
    return {
      classcord_users_registered: { all: accounts.get() ?? 0 },
      classcord_channels: {
        public: 0,
        private: 0,
        ...Object.fromEntries(byVisibility.map(({ visibility, channels: count }) => [visibility, count])),
      },
      classcord_messages_stored: { channel: inChannels, private: Math.max(0, (lastId.get() ?? 0) - inChannels) },
      classcord_db_size_bytes: { all: sizeOf(file) },
      classcord_db_wal_bytes: { all: sizeOf(`${file}-wal`) },
      classcord_search_lag_seconds: { all: secondsSince(oldestUnsearchable()) },
      classcord_db_schema_version: { all: db.pragma('user_version', { simple: true }) as number },
    };
  });
  return read;
}

function secondsSince(time: number | null): number {
  return time === null ? 0 : Math.max(0, Date.now() - time) / 1000;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
