import Sqlite from 'better-sqlite3';
import type { TestServer } from './server.ts';
import { until } from './server-process.ts';

/** Waits until the search index holds everything that was said. */
export async function indexed(server: Pick<TestServer, 'folder'>): Promise<void> {
  const db = new Sqlite(`${server.folder}/classcord.db`, { readonly: true });
  const behind = db
    .prepare(
      "SELECT (SELECT value FROM counters WHERE name = 'message_id') - (SELECT last_id FROM search_position) + (SELECT count(*) FROM search_dirty)",
    )
    .pluck();
  await until(() => behind.get() === 0, 'the search index');
  db.close();
}
