import { resolve } from 'node:path';
import type { Database } from 'better-sqlite3';
import { CommandError } from '../../server/base/exit-codes.ts';
import { databasePath } from '../../server/config/addresses.ts';
import { loadConfig } from '../../server/config/load.ts';
import type { Environment } from '../../server/config/variables.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import { atEnd } from './at-end.ts';
import { audit } from './audit.ts';
import { changedPages } from './changes.ts';
import { formatOf } from './format.ts';
import { Progress } from './progress.ts';
import { type ExportFlags, type ExportRequest, type Form, requestOf } from './request.ts';
import { type Page, pagesOf, placesOf } from './rows.ts';
import { channelsOf, findSources, openDatabase, type Sources } from './source.ts';
import { type ExportState, pathInState, readState, writeState } from './state.ts';
import { openFile, streamTarget, type Target } from './target.ts';
import { say } from './texts.ts';
import { nameStamp } from './times.ts';

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** What an export may touch of the world outside. */
export interface ExportContext {
  readonly env: Environment;
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly lang: Lang;
}

/** `classcord export`. Rejects with CommandError; then nothing was written. */
export async function runExport(flags: ExportFlags, form: Form, context: ExportContext): Promise<void> {
  const { lang, env, cwd, stdout } = context;
  const now = new Date();
  const request = requestOf(flags, form, { now, lang });
  const given = {
    ...(flags.data === undefined ? {} : { data: flags.data }),
    ...(flags.config === undefined ? {} : { config: flags.config }),
  };
  const file = resolve(cwd, databasePath(loadConfig({ options: { ...given, lang }, env, cwd }).config));
  const db = openDatabase(file, lang);
  const forget = atEnd(() => db.close());
  try {
    if (request === 'list') stdout.write(channelList(db, lang));
    else await exportTo({ db, file, request, now }, context);
  } finally {
    forget();
    db.close();
  }
}

interface Job {
  readonly db: Database;
  readonly file: string;
  readonly request: ExportRequest;
  readonly now: Date;
}

async function exportTo({ db, file, request, now }: Job, context: ExportContext): Promise<void> {
  const { lang, cwd, stderr } = context;
  const sources = findSources(db, request, lang);
  const stateFile = request.state === null ? null : resolve(cwd, request.state);
  const state = stateFile === null ? null : readState(stateFile, request, { shown: request.state ?? '', lang });
  if (state !== null && state.last_id > sources.lastId) {
    const params = { file: request.state, last: state.last_id, newest: sources.lastId };
    throw new CommandError('conflict', say(lang, 'state_ahead', params));
  }
  const name = request.output ?? defaultName(sources, request, now);
  const isStream = name === '-';
  const target = isStream
    ? streamTarget(context.stdout)
    : await openFile(resolve(cwd, name), {
        shown: name,
        isForced: request.isForced,
        hasSum: state !== null,
        isPrivate: sources.audited.length > 0,
        lang,
      });
  try {
    if (sources.audited.length > 0) for (const line of audit(file, sources.audited, { request, lang })) stderr.write(`${line}\n`);
    const written = await copy({ db, sources, request, state, target }, context);
    const isEmptyRun = state !== null && written.rows === 0;
    const sha256 = isEmptyRun ? '' : await target.finish();
    if (stateFile !== null && state !== null) {
      const path = isStream ? '-' : pathInState(stateFile, resolve(cwd, name));
      writeState(stateFile, nextState(state, { path, sha256, ...written, at: now.toISOString() }, sources));
    }
    const shown = isStream ? say(lang, 'stdout') : name;
    const params = { format: request.format.toUpperCase(), count: written.rows, file: shown };
    (isStream ? stderr : context.stdout).write(`${say(lang, isEmptyRun ? 'nothing_new' : 'done', params)}\n`);
  } finally {
    await target.abandon();
  }
}

interface Copy {
  readonly db: Database;
  readonly sources: Sources;
  readonly request: ExportRequest;
  /** Null: an export of its own, which no other goes on with. */
  readonly state: ExportState | null;
  readonly target: Target;
}

interface Written {
  readonly rows: number;
  readonly first_id: number;
  readonly last_id: number;
}

async function copy({ db, sources, request, state, target }: Copy, { lang, env, stderr }: ExportContext): Promise<Written> {
  const format = formatOf(request.format, { isRaw: request.isRaw, isFeed: state !== null, lang });
  const afterId = state?.last_id ?? 0;
  const progress = new Progress(stderr, placesOf(db, sources, afterId), { lang, hasColor: !env['NO_COLOR'] });
  let [rows, done, first, last] = [0, 0, Number.POSITIVE_INFINITY, 0];
  try {
    await target.write(format.head);
    for (const { rows: page, places } of pages()) {
      if (page.length > 0) await target.write(format.rows(page));
      rows += page.length;
      done += places;
      for (const [, id] of page) {
        if (id < first) first = id;
        if (id > last) last = id;
      }
      progress.at(done);
    }
    await target.write(format.tail(rows));
  } finally {
    progress.end();
  }
  return { rows, first_id: rows === 0 ? 0 : first, last_id: last };

  function* pages(): Generator<Page> {
    yield* changedPages(db, sources, { ...request, afterId, seen: state?.last_change ?? null });
    yield* pagesOf(db, sources, { ...request, afterId });
  }
}

/** A file that was replaced by force has one entry, its newest. */
function nextState(state: ExportState, entry: ExportState['files'][number], { lastId, lastChange }: Sources): ExportState {
  const kept = state.files.filter(({ path }) => path === '-' || path !== entry.path);
  const change = lastChange === null ? null : { at: lastChange.at, keys: [...lastChange.keys] };
  return { ...state, last_id: lastId, last_change: change, files: entry.rows === 0 ? state.files : [...kept, entry] };
}

function defaultName({ name }: Sources, { format }: ExportRequest, now: Date): string {
  return `messages${name === null ? '' : `_${name}`}_${nameStamp(now)}.${format}`;
}

/** Public channels and how many messages they hold; private ones are known to those who know their names. */
function channelList(db: Database, lang: Lang): string {
  const count = db.prepare<[number], number>('SELECT count(*) FROM messages WHERE channel_id = ?').pluck();
  const lines = channelsOf(db)
    .filter(({ visibility }) => visibility === 'public')
    .map(({ id, name }) => say(lang, 'channel_count', { name, count: count.get(id) ?? 0 }));
  return `${[say(lang, 'channels'), ...lines].join('\n')}\n`;
}
