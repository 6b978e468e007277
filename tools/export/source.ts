import type { Database } from 'better-sqlite3';
import { CommandError } from '../../server/base/exit-codes.ts';
import { fold, foldChannel } from '../../server/protocol/names.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import { newestSchema } from '../../server/store/migrate.ts';
import { CannotRead, openAtRest } from '../../server/store/reader.ts';
import type { ExportRequest } from './request.ts';
import { say } from './texts.ts';

/** A conversation of which messages are exported. */
export interface Source {
  readonly table: 'messages' | 'private_messages';
  readonly id: number;
  /** Its last place when the export began: what comes later is for the next one. */
  readonly lastSeq: number;
}

/** How far the edits and deletions were seen: the time of the newest ones, and which they were (`message:revision`). */
export interface ChangeMark {
  readonly at: string;
  readonly keys: readonly string[];
}

/** What an export reads, found in the database. */
export interface Sources {
  readonly all: readonly Source[];
  /** The newest message that was stored when the export began. */
  readonly lastId: number;
  /** The newest edits and deletions at that moment. */
  readonly lastChange: ChangeMark | null;
  /** What nobody gets without leaving a trace: private channels, and people by `private`. */
  readonly audited: readonly { readonly action: 'export.channel' | 'export.private'; readonly subject: string }[];
  /** The part of a file's name that says what is in it. */
  readonly name: string | null;
}

/** Opens the database to read, or throws a CommandError that says why not. */
export function openDatabase(file: string, lang: Lang): Database {
  try {
    const db = openAtRest(file);
    const schema = db.pragma('user_version', { simple: true }) as number;
    if (schema >= 1 && schema <= newestSchema()) return db;
    db.close();
    throw new CommandError('damaged', say(lang, schema < 1 ? 'no_classcord' : 'newer', { file, schema, newest: newestSchema() }));
  } catch (cause) {
    if (!(cause instanceof CannotRead)) throw cause;
    const { message: detail = '' } = (cause.cause ?? {}) as Partial<Error>;
    if (cause.why === 'missing') throw new CommandError('usage', say(lang, 'no_database', { file }), { cause });
    if (cause.why === 'owner') throw new CommandError('forbidden', say(lang, 'not_owner', { file }), { cause });
    throw new CommandError('failed', say(lang, 'unreadable', { file, detail }), { cause });
  }
}

/** Finds what was asked for, all at one moment. A channel or person that is not there is a CommandError `usage`. */
export function findSources(db: Database, request: ExportRequest, lang: Lang): Sources {
  return db.transaction((): Sources => {
    const lastId = db.prepare<[], number>("SELECT value FROM counters WHERE name = 'message_id'").pluck().get() ?? 0;
    if (request.user !== null && !isKnown(db, request.user))
      throw new CommandError('usage', say(lang, 'no_person', { name: request.user }));
    const found = request.private === null ? channelSources(db, request, lang) : privateSources(db, request.private, lang);
    return { lastId, lastChange: newestChange(db), ...found };
  })();
}

/** Schemas before the third know no edits and no deletions. */
export function knowsChanges(db: Database): boolean {
  return (db.pragma('user_version', { simple: true }) as number) >= 3;
}

function newestChange(db: Database): ChangeMark | null {
  if (!knowsChanges(db)) return null;
  const at = db.prepare<[], string | null>('SELECT max(at) FROM revisions').pluck().get() ?? null;
  if (at === null) return null;
  const keys = db.prepare<[string], string>("SELECT message_id || ':' || revision FROM revisions WHERE at = ?").pluck();
  return { at, keys: keys.all(at) };
}

export interface ListedChannel {
  readonly id: number;
  readonly name: string;
  readonly fold: string;
  readonly visibility: 'public' | 'private';
  readonly lastSeq: number;
}

/** All channels, by name. */
export function channelsOf(db: Database): ListedChannel[] {
  return db.prepare<[], ListedChannel>('SELECT id, name, fold, visibility, last_seq AS lastSeq FROM channels ORDER BY name').all();
}

/** What is found by name. */
type Found = Omit<Sources, 'lastId' | 'lastChange'>;

function channelSources(db: Database, { channels: wanted }: ExportRequest, lang: Lang): Found {
  const known = channelsOf(db);
  const folds = new Set(wanted.map(foldChannel));
  const chosen = known.filter((channel) => (folds.size === 0 ? channel.visibility === 'public' : folds.has(channel.fold)));
  const missing = wanted.find((name) => !known.some((channel) => channel.fold === foldChannel(name)));
  if (missing !== undefined) {
    const names = known.filter(({ visibility }) => visibility === 'public').map(({ name }) => name);
    const shown = names.length > 10 ? `${names.slice(0, 10).join(' ')} …` : names.join(' ');
    throw new CommandError('usage', say(lang, 'no_channel', { name: missing, names: shown }));
  }
  const hidden = chosen.filter(({ visibility }) => visibility === 'private');
  const [first] = chosen;
  return {
    all: chosen.map(({ id, lastSeq }) => ({ table: 'messages', id, lastSeq })),
    audited: hidden.map(({ name }) => ({ action: 'export.channel', subject: name })),
    name: folds.size === 1 && first !== undefined ? first.name.replace('#', '') : null,
  };
}

/** Whether an account has that name, or somebody once spoke under it: guests have none but their messages. */
function isKnown(db: Database, name: string): boolean {
  const wanted = fold(name);
  if (db.prepare('SELECT 1 FROM accounts WHERE fold = ?').get(wanted) !== undefined) return true;
  return (['messages', 'private_messages'] as const).some((table) => {
    for (const username of db.prepare<[], string>(`SELECT DISTINCT username FROM ${table}`).pluck().iterate())
      if (fold(username) === wanted) return true;
    return false;
  });
}

/** An account by its name, else the guests who wore it. */
function privateSources(db: Database, name: string, lang: Lang): Found {
  const account = db.prepare<[string], number>('SELECT id FROM accounts WHERE fold = ?').pluck().get(fold(name));
  const keys = account === undefined ? guestKeys(db, fold(name)) : [`u${account}`];
  if (keys.length === 0) throw new CommandError('usage', say(lang, 'no_person', { name }));
  const find = db.prepare<[string, string], Source>(
    'SELECT \'private_messages\' AS "table", id, last_seq AS lastSeq FROM conversations WHERE low = ? OR high = ? ORDER BY id',
  );
  return {
    all: keys.flatMap((key) => find.all(key, key)),
    audited: [{ action: 'export.private', subject: name }],
    name: `private-${name.replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '-')}`,
  };
}

function guestKeys(db: Database, folded: string): string[] {
  const worn = db
    .prepare<[], { key: string; name: string }>(
      `SELECT DISTINCT author AS "key", username AS name FROM private_messages WHERE author LIKE 'g%'
       UNION SELECT DISTINCT recipient, recipient_name FROM private_messages WHERE recipient LIKE 'g%'`,
    )
    .all();
  return [...new Set(worn.filter(({ name }) => fold(name) === folded).map(({ key }) => key))];
}
