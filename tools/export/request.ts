import { CommandError } from '../../server/base/exit-codes.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import { say } from './texts.ts';
import { timeOf } from './times.ts';

export const formats = ['json', 'csv', 'ndjson', 'html'] as const;
export type FormatName = (typeof formats)[number];

/** The flags of `classcord export`, as commander gives them. */
export interface ExportFlags {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly ndjson?: boolean;
  readonly html?: boolean;
  readonly channel?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly user?: string;
  readonly private?: string;
  readonly output?: string;
  readonly state?: string;
  readonly force?: boolean;
  readonly raw?: boolean;
  readonly data?: string;
  readonly config?: string;
}

/** An export, as it was asked for; nothing of it has been looked up. */
export interface ExportRequest {
  readonly format: FormatName;
  /** As written; empty: every public one. */
  readonly channels: readonly string[];
  /** The person whose private messages are wanted instead of channels. */
  readonly private: string | null;
  readonly user: string | null;
  readonly since: string | null;
  readonly until: string | null;
  /** The same as the database writes times; the first of them is in, the second is not. */
  readonly from: string | null;
  readonly before: string | null;
  /** `-` is standard output; null: a name made from channel and time. */
  readonly output: string | null;
  readonly state: string | null;
  readonly isForced: boolean;
  /** CSV cells as they are, formulas included. */
  readonly isRaw: boolean;
}

/** The forms of the course's script: `list`, or a format with perhaps a channel and a file. */
export type Form = readonly string[];

/** What was asked for, checked as far as that goes without the database; throws CommandError `usage`. `list` asks for no export. */
export function requestOf(
  flags: ExportFlags,
  [form, channel, file]: Form,
  { now, lang }: { now: Date; lang: Lang },
): ExportRequest | 'list' {
  const wrong = (name: Parameters<typeof say>[1], params = {}) => new CommandError('usage', say(lang, name, params));
  const flagged = formats.filter((name) => flags[name] === true);
  if (form === 'list') {
    if (channel !== undefined || flagged.length > 0) throw wrong('list_alone');
    return 'list';
  }
  const given = [...flagged, ...(form === undefined ? [] : [form])];
  const [format] = given;
  if (format === undefined) throw wrong('no_format');
  if (given.length > 1) throw wrong('two_formats', { formats: given.join(', ') });
  if (!isFormat(format)) throw wrong('unknown_form', { form: format });
  if (channel !== undefined && (flags.channel !== undefined || flags.private !== undefined)) throw wrong('channel_twice');
  if (file !== undefined && flags.output !== undefined) throw wrong('file_twice');
  if (flags.private !== undefined && flags.channel !== undefined) throw wrong('private_or_channel');
  if (flags.raw === true && format !== 'csv') throw wrong('raw_csv');

  const output = file ?? flags.output ?? null;
  if (output === '' || flags.state === '') throw wrong('no_name');
  if (flags.user === '' || flags.private === '') throw wrong('nobody_named');
  const channels = channel === undefined || channel === '' ? (flags.channel ?? []) : [channel];
  const from = timeFlag('since');
  const before = timeFlag('until');
  if (from !== null && before !== null && from >= before) throw wrong('no_time', { since: flags.since, until: flags.until });
  return {
    format,
    channels,
    private: flags.private ?? null,
    user: flags.user ?? null,
    since: flags.since ?? null,
    until: flags.until ?? null,
    from,
    before,
    output,
    state: flags.state ?? null,
    isForced: flags.force === true,
    isRaw: flags.raw === true,
  };

  function timeFlag(name: 'since' | 'until'): string | null {
    const text = flags[name];
    if (text === undefined) return null;
    const time = timeOf(text, { now, isEnd: name === 'until' });
    if (time === null) throw wrong('bad_time', { flag: `--${name}`, text });
    return time.toISOString();
  }
}

function isFormat(name: string): name is FormatName {
  return formats.some((known) => known === name);
}
