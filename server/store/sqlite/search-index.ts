import type { Database } from 'better-sqlite3';
import { searchable } from './search-text.ts';

/** One step aims at this: a message that comes meanwhile waits no longer. */
const stepMs = 3;
const fewestRows = 128;
const mostRows = 512;
/** Changed messages in one step: each leaves its old place, which costs more than to come in. */
const correctedRows = 32;
/** Characters of text in one step, however few rows that is. */
const stepCharacters = 32_768;
/** Pages of the index that one step merges. */
const mergePages = 16;

interface Row {
  readonly id: number;
  readonly scope: string;
  readonly content: string;
  readonly deleted: number;
}

const authorScope = "CASE WHEN author LIKE 'u%' THEN ' a' || substr(author, 2) ELSE '' END";
const selects = {
  messages: `SELECT id, 'c' || channel_id || ${authorScope} AS scope, content, deleted FROM messages`,
  private_messages: `SELECT id, author || ' ' || recipient || ${authorScope} AS scope, content, deleted FROM private_messages`,
};

/**
 * The writer's side of the search index: brings it up to date step by step, so that indexing never stands in the way of a message.
 * New messages follow the stored position; changed ones are named in `search_dirty` by triggers, whoever changes them.
 */
export class SearchIndex {
  readonly #statements: ReturnType<typeof prepare>;
  #rows = fewestRows;

  constructor(db: Database) {
    this.#statements = prepare(db);
  }

  /** Takes in what is new and what has changed, some milliseconds of it, inside the caller's transaction. Returns whether there may be more. */
  add(): boolean {
    const startedAt = performance.now();
    const isMoreNew = this.#addNew();
    const isMoreChanged = this.#correctChanged();
    const took = performance.now() - startedAt;
    if (took > stepMs) this.#rows = Math.max(fewestRows, Math.floor(this.#rows / 2));
    else if (took < stepMs / 2) this.#rows = Math.min(mostRows, this.#rows * 2);
    return isMoreNew || isMoreChanged;
  }

  /** Joins small pieces into larger ones, a few pages of them. Returns whether there was anything to join. */
  merge(): boolean {
    const { changes, merge } = this.#statements;
    const before = changes.get() ?? 0;
    merge.run(mergePages);
    // Fewer than two changes: there was nothing (FTS5's own sign).
    return (changes.get() ?? 0) - before >= 2;
  }

  #addNew(): boolean {
    const { position, messagesAfter, privateAfter, setPosition, add } = this.#statements;
    const last = position.get() ?? 0;
    const rows = inOrder(messagesAfter.all(last, this.#rows), privateAfter.all(last, this.#rows)).slice(0, this.#rows);
    let characters = 0;
    let count = 0;
    for (const row of rows) {
      if (count > 0 && characters + row.content.length > stepCharacters) break;
      characters += row.content.length;
      count += 1;
      if (row.deleted === 0) add.run(row.id, row.scope, searchable(row.content));
    }
    const reached = rows[count - 1];
    if (reached !== undefined) setPosition.run(reached.id);
    return count < rows.length || count === this.#rows;
  }

  #correctChanged(): boolean {
    const { position, dirty, clean, message, privateMessage, remove, add } = this.#statements;
    const ids = dirty.all(position.get() ?? 0, correctedRows);
    for (const id of ids) {
      remove.run(id);
      const row = message.get(id) ?? privateMessage.get(id);
      if (row !== undefined && row.deleted === 0) add.run(id, row.scope, searchable(row.content));
      clean.run(id);
    }
    return ids.length === correctedRows;
  }
}

function prepare(db: Database) {
  const after = (table: keyof typeof selects) => db.prepare<[number, number], Row>(`${selects[table]} WHERE id > ? ORDER BY id LIMIT ?`);
  const one = (table: keyof typeof selects) => db.prepare<[number], Row>(`${selects[table]} WHERE id = ?`);
  return {
    position: db.prepare<[], number>('SELECT last_id FROM search_position').pluck(),
    setPosition: db.prepare<[number]>('UPDATE search_position SET last_id = ?'),
    messagesAfter: after('messages'),
    privateAfter: after('private_messages'),
    message: one('messages'),
    privateMessage: one('private_messages'),
    add: db.prepare<[number, string, string]>('INSERT INTO search (rowid, scope, content) VALUES (?, ?, ?)'),
    remove: db.prepare<[number]>('DELETE FROM search WHERE rowid = ?'),
    dirty: db.prepare<[number, number], number>('SELECT id FROM search_dirty WHERE id <= ? LIMIT ?').pluck(),
    clean: db.prepare<[number]>('DELETE FROM search_dirty WHERE id = ?'),
    merge: db.prepare<[number]>("INSERT INTO search (search, rank) VALUES ('merge', ?)"),
    changes: db.prepare<[], number>('SELECT total_changes()').pluck(),
  };
}

/** Two lists, each ascending, as one: ids are unique over both tables, and ascend with the commits. */
function inOrder(one: readonly Row[], other: readonly Row[]): readonly Row[] {
  if (one.length === 0 || other.length === 0) return one.length === 0 ? other : one;
  return [...one, ...other].sort((a, b) => a.id - b.id);
}
