import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { z } from 'zod';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { ExportRequest } from './request.ts';
import { say } from './texts.ts';

const schema = z.object({
  version: z.literal(1),
  /** What was asked for: a state belongs to one export. */
  selection: z.string(),
  /** The newest message that the database held when the last run began: the next one goes on behind it. */
  last_id: z.int().min(0),
  /** How far edits and deletions were seen; those of the same millisecond are told apart by their keys. */
  last_change: z.object({ at: z.string(), keys: z.array(z.string()) }).nullable(),
  /** The manifest: what each run wrote. Paths are relative to this file. */
  files: z.array(
    z.object({
      path: z.string(),
      sha256: z.string(),
      rows: z.int(),
      first_id: z.int(),
      last_id: z.int(),
      at: z.string(),
    }),
  ),
});
export type ExportState = z.output<typeof schema>;

/** Where an export was left; a new one when the file is not there. Throws CommandError when the file is something else. */
export function readState(file: string, request: ExportRequest, { shown, lang }: { shown: string; lang: Lang }): ExportState {
  const selection = selectionOf(request);
  if (!existsSync(file)) return { version: 1, selection, last_id: 0, last_change: null, files: [] };
  let parsed: ReturnType<typeof schema.safeParse>;
  try {
    parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CommandError('usage', say(lang, 'bad_state', { file: shown }), { cause });
  }
  if (!parsed.success) throw new CommandError('usage', say(lang, 'bad_state', { file: shown }));
  if (parsed.data.selection !== selection)
    throw new CommandError('usage', say(lang, 'other_state', { file: shown, selection: parsed.data.selection }));
  return parsed.data;
}

/** Keeps the state, and beside it the sums in the form that `sha256sum -c` reads; each file is replaced as a whole. */
export function writeState(file: string, state: ExportState): void {
  replace(file, `${JSON.stringify(state, null, 2)}\n`);
  const sums = state.files.filter(({ path }) => path !== '-').map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  if (sums.length > 0) replace(`${file}.sha256`, sums.join(''));
}

/** How a file is called in the state that lies at `stateFile`. */
export function pathInState(stateFile: string, file: string): string {
  return relative(dirname(stateFile), file);
}

function selectionOf({ format, channels, private: person, user, since, until, isRaw }: ExportRequest): string {
  const what = person === null ? (channels.length === 0 ? 'public channels' : channels.join(' ')) : `private ${person}`;
  const rest = [user === null ? '' : `user ${user}`, since === null ? '' : `since ${since}`, until === null ? '' : `until ${until}`];
  return [format, what, ...rest, isRaw ? 'raw' : ''].filter((part) => part !== '').join(', ');
}

function replace(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`;
  const descriptor = openSync(part, 'w', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(part, file);
}
