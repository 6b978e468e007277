import type { Database } from 'better-sqlite3';
import type { SearchPage, SearchQuery } from '../store.ts';
import { chunksOf, type MessageRow, messageColumns, messageText, reactionReads } from './history.ts';
import { fitting } from './room.ts';
import { unsearchable } from './search-lag.ts';
import { bestOf, type Found, foundOf, textSeparator } from './search-rank.ts';
import { isPrefixable, matchOf, termsOf } from './search-text.ts';

/** So many matches are ranked, the newest; of more, the older ones are not looked at (protocol.md §6: then `complete` is false). */
const mostRanked = 10_000;
/** So many entries of the index are looked at for them, the newest: a common word may stand mostly where the asker may not read. */
const mostVisited = 50_000;

/** Clocks are set back now and then: ids and times agree to within this. */
const slackMs = 3600 * 1000;

/** What was said so long ago is promised to be found; while it is not, no page is complete. */
const promisedMs = 1000;

interface Window {
  readonly low: number;
  readonly high: number;
}

/** Searches, on a read-only connection; runs in a reader thread. Finds only what the asker may read. */
export function searchReads(db: Database) {
  const inChannels = finder(db, {
    table: 'messages',
    readable:
      "m.channel_id IN (SELECT id FROM channels WHERE visibility = 'public' UNION SELECT channel_id FROM memberships WHERE account_id = @account)",
  });
  const inPrivate = finder(db, {
    table: 'private_messages',
    readable: 'm.conversation_id IN (SELECT id FROM conversations WHERE low = @key OR high = @key)',
  });
  const windowOf = windows(db);
  const rowsOf = foundRows(db);
  const oldestUnsearchable = unsearchable(db);

  return (query: SearchQuery): SearchPage => {
    const terms = termsOf(query.text);
    if (terms.length === 0) return { chunks: ['[]'], isComplete: true };
    const missing = oldestUnsearchable();
    const isIndexed = missing === null || query.at - missing <= promisedMs;
    const window = windowOf(query);
    const find = (isPrefix: boolean) => {
      const author = query.author?.kind === 'account' ? [`a${query.author.id}`] : [];
      const place = query.channelId === null ? [] : [`c${query.channelId}`];
      const found = inChannels(query, matchOf(terms, [...place, ...author], isPrefix), window);
      if (query.channelId !== null || query.account === null) return found;
      const own = inPrivate(query, matchOf(terms, [`u${query.account}`, ...author], isPrefix), window);
      return { ids: [...found.ids, ...own.ids], texts: [...found.texts, ...own.texts], isAll: found.isAll && own.isAll };
    };
    let found = find(false);
    // Whole words first; if they are few, the last one may be unfinished.
    if (found.isAll && found.ids.length < query.limit && isPrefixable(terms)) found = find(true);
    const best = rowsOf(bestOf(found, terms, query.limit), query.account);
    const room = { limit: best.length, bytes: query.pageBytes };
    const shown = best.slice(
      0,
      fitting(
        best.map((text) => Buffer.byteLength(text)),
        room,
      ),
    );
    const isAll = found.isAll && found.ids.length <= query.limit && shown.length === best.length;
    return { chunks: chunksOf(shown, query.chunkBytes), isComplete: isIndexed && isAll };
  };
}

/** Finds the newest matches in one of the two tables of messages. */
function finder(db: Database, { table, readable }: { table: 'messages' | 'private_messages'; readable: string }) {
  type Row = [ids: string | null, texts: string | null, visited: number];
  // CROSS and LEFT JOIN keep SQLite from turning the loops round: the index is walked newest first, and no further than needed.
  const entries = (most: number) =>
    `(SELECT rowid AS id FROM search WHERE search MATCH @match AND rowid BETWEEN @low AND @high ORDER BY rowid DESC LIMIT ${most})`;
  const wanted = `m.deleted = 0 AND m.timestamp >= @since AND m.timestamp < @until AND (@name IS NULL OR m.username = @name COLLATE NOCASE)
    AND ${readable} AND m.id NOT IN (SELECT id FROM search_dirty)`;
  const joined = `group_concat(id, ' '), group_concat(content, '${textSeparator}')`;
  const shallow = db
    .prepare<Record<string, unknown>, Row>(
      `SELECT ${joined}, count(*) FROM (
         SELECT m.id, m.content FROM ${entries(mostRanked + 1)} s LEFT JOIN ${table} m ON m.id = s.id AND ${wanted})`,
    )
    .raw();
  const deep = db
    .prepare<Record<string, unknown>, Row>(
      `SELECT ${joined}, (SELECT count(*) FROM ${entries(mostVisited + 1)}) FROM (
         SELECT m.id, m.content FROM ${entries(mostVisited)} s CROSS JOIN ${table} m ON m.id = s.id WHERE ${wanted} LIMIT ${mostRanked + 1})`,
    )
    .raw();
  return ({ since, until, author, account }: SearchQuery, match: string, { low, high }: Window): Found & { isAll: boolean } => {
    const parameters = {
      match,
      low,
      high,
      since: since ?? '',
      until: until ?? '~',
      name: author?.kind === 'name' ? author.name : null,
      account: account ?? 0,
      key: `u${account ?? 0}`,
    };
    const read = ([ids, texts, visited]: Row) => ({ ...foundOf(ids, texts), visited });
    const near = read(shallow.get(parameters) as Row);
    if (near.visited <= mostRanked) return { ...near, isAll: true };
    // Only when the newest entries are many, and some are not for the asker, does it pay to look further back.
    const { ids, texts, visited } = near.ids.length > mostRanked ? near : read(deep.get(parameters) as Row);
    if (ids.length > mostRanked) return { ids: ids.slice(0, mostRanked), texts: texts.slice(0, mostRanked), isAll: false };
    return { ids, texts, isAll: visited <= mostVisited };
  };
}

/** Times as ids: a search in last year's messages does not walk through this year's. */
function windows(db: Database): (query: SearchQuery) => Window {
  const last = db.prepare<[], number | null>('SELECT max(id) FROM messages').pluck();
  const next = db.prepare<[number], { id: number; timestamp: string }>(
    'SELECT id, timestamp FROM messages WHERE id >= ? ORDER BY id LIMIT 1',
  );
  /** The first channel message at or after a time. */
  const firstAt = (time: string): number => {
    let low = 1;
    let high = (last.get() ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = next.get(middle);
      if (row === undefined || row.timestamp >= time) high = middle;
      else low = row.id + 1;
    }
    return low;
  };
  const shifted = (time: string, by: number) => new Date(Date.parse(time) + by).toISOString();
  return ({ since, until }) => {
    const end = until === undefined ? undefined : next.get(firstAt(shifted(until, slackMs)));
    return { low: since === undefined ? 0 : firstAt(shifted(since, -slackMs)), high: end?.id ?? Number.MAX_SAFE_INTEGER };
  };
}

/** What was found as history shows it, in the order given. */
function foundRows(db: Database): (ids: readonly number[], account: number | null) => string[] {
  const message = db.prepare<[number], MessageRow>(`SELECT ${messageColumns('channel', 'channel')} FROM messages WHERE id = ?`).raw();
  const other = 'CASE author WHEN @key THEN recipient_name ELSE username END';
  const privateMessage = db
    .prepare<{ id: number; key: string }, MessageRow>(
      `SELECT ${messageColumns('conversation', other)} FROM private_messages WHERE id = @id`,
    )
    .raw();
  const reactionsOf = reactionReads(db);
  return (ids, account) => {
    const texts = ids.map((id) => {
      const row = message.get(id) ?? privateMessage.get({ id, key: `u${account ?? 0}` });
      return row && messageText(row, reactionsOf(id, id).get(id));
    });
    return texts.filter((text) => text !== undefined);
  };
}
