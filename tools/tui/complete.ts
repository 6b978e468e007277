import { fold, foldChannel } from '../../server/protocol/names.ts';
import type { CommandRow } from './commands/row.ts';
import { commandTable, isCommand, shownCommands } from './commands.ts';
import type { Editor } from './model/editor.ts';
import { keyOf, listed, type State } from './model/state.ts';
import { shortcodes } from './text/emoji.ts';

/** What a beginning may become: what the list shows, and what is put for it. */
export interface Candidate {
  readonly shown: string;
  readonly put: string;
}
export interface Completion {
  /** Where the word begins that is replaced. */
  readonly start: number;
  readonly candidates: readonly Candidate[];
}

const mostCandidates = 60;

/** What the word before the cursor may become: a command, a channel, a name, an emoji. */
export function completionOf(state: State, { text, cursor }: Editor): Completion {
  const before = text.slice(0, cursor);
  const word = /\S*$/.exec(before)?.[0] ?? '';
  const start = cursor - word.length;
  return { start, candidates: candidatesFor(state, before, word).slice(0, mostCandidates) };
}

function candidatesFor(state: State, before: string, word: string): Candidate[] {
  if (/^\/\S*$/.test(before)) return commands(state, word.slice(1));
  const command = /^\/(\S+) /.exec(before)?.[1];
  const wants = command !== undefined && isCommand(command) ? commandTable[command].takes : undefined;
  const isFirst = command !== undefined && /^\/\S+ +\S*$/.test(before);
  if (word.startsWith(':') && word.length > 1) return shortcodes(word);
  if (word.startsWith('#') || (wants === 'channel' && isFirst)) return channels(state, word);
  if (wants === 'person' && isFirst) return names(state, word.replace(/^@/, '')).map((name) => ({ shown: name, put: `${name} ` }));
  if (wants === 'command' && isFirst) return commands(state, word).map((one) => ({ shown: one.shown, put: one.shown.slice(1) }));
  const options = command !== undefined && isCommand(command) ? optionsOf(commandTable[command], before) : [];
  if (options.length > 0)
    return options.filter((option) => option.startsWith(word.toLowerCase())).map((option) => ({ shown: option, put: `${option} ` }));
  if (word === '') return [];
  return names(state, word.replace(/^@/, '')).map((name) => ({ shown: `@${name}`, put: `@${name} ` }));
}

/** What a usage leaves to choose from at that place: `on|off`, `all|mentions|none`. */
function optionsOf({ usage }: CommandRow, before: string): string[] {
  const place = before.trimStart().split(/ +/).length - 2;
  const word = usage.replace(/[[\]]/g, '').split(' ')[place] ?? '';
  return word.includes('|') ? word.split('|') : [];
}

function commands(state: State, typed: string): Candidate[] {
  const all: string[] = [...shownCommands.map(([name]) => name), ...Object.keys(state.settings.aliases ?? {})];
  return all
    .filter((name) => name.startsWith(typed.toLowerCase()))
    .sort()
    .map((name) => ({ shown: `/${name}`, put: `/${name} ` }));
}

function channels(state: State, typed: string): Candidate[] {
  const wanted = fold(typed).replace(/^#/, '');
  const mine = listed(state).filter(({ isPrivate }) => !isPrivate);
  const others = state.directory.filter((name) => !state.conversations.has(keyOf(name)));
  return [...mine.map(({ name }) => name), ...others]
    .filter((name) => foldChannel(name).startsWith(wanted))
    .map((name) => ({ shown: name, put: `${name} ` }));
}

/** Those who are here come first, and among them those of this conversation. */
function names(state: State, typed: string): string[] {
  const wanted = fold(typed);
  const members = state.conversations.get(state.current)?.members;
  const rank = (key: string, how: string | undefined) => (how === undefined || how === 'offline' ? 2 : members?.has(key) === true ? 0 : 1);
  const all = new Map(
    [...(members ?? [])].map(([key, { name }]) => [key, { name, rank: rank(key, state.people.get(key)?.state) }] as const),
  );
  for (const [key, person] of state.people) all.set(key, { name: person.name, rank: rank(key, person.state) });
  return [...all]
    .filter(([key]) => key.startsWith(wanted) && (state.me === null || fold(state.me.name) !== key))
    .sort(([a, one], [b, other]) => one.rank - other.rank || a.localeCompare(b))
    .map(([, { name }]) => name);
}
