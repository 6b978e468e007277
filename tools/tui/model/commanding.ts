import type { Lang } from '../../../server/protocol/texts.ts';
import type { CommandRow } from '../commands/row.ts';
import { type CommandName, commandTable, isCommand, shownCommands } from '../commands.ts';
import { colon, say } from '../texts.ts';
import { usageIn } from '../usage.ts';
import type { State } from './state.ts';
import { hinted, notice, type Step, step } from './step.ts';

/** Other words for the same. */
export const aliases: Readonly<Record<string, CommandName>> = {
  leave: 'part',
  rooms: 'channels',
  m: 'msg',
  mfa: 'totp',
  tokens: 'token',
  q: 'quit',
  exit: 'quit',
  record: 'sanctions',
  users: 'who',
  dnd: 'busy',
  '?': 'help',
};

/** Runs a line that begins with `/`. Null: there is no such command. The caller never sends it as text. */
export function commanded(state: State, line: string): Step | null {
  const [, word = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
  const name = aliases[word.toLowerCase()] ?? word.toLowerCase();
  if (!isCommand(name)) {
    const own = state.settings.aliases?.[name];
    // What an alias stands for is a command of the table: aliases of aliases could run for ever.
    const meant = own === undefined ? null : /^\/?(\S+)/.exec(own)?.[1]?.toLowerCase();
    if (own === undefined || meant == null || !isCommand(aliases[meant] ?? meant)) return null;
    return commanded(state, `/${own.replace(/^\//, '')} ${rest}`.trim());
  }
  const command: CommandRow = commandTable[name];
  const words = rest.trim() === '' ? 0 : rest.trim().split(/\s+/).length;
  if (words < leastOf(command))
    return step(hinted(state, say(state.settings.lang, 'usage', { usage: usageIn(state.settings.lang, name, command.usage) })));
  return name === 'help' && words > 0 ? helped(state, rest.trim()) : command.run(state, rest.trim());
}

/** Whether a line begins with a command, or with an alias of one's own. */
export function isKnown({ settings }: State, line: string): boolean {
  const word = /^\/(\S*)/.exec(line)?.[1]?.toLowerCase() ?? '';
  return isCommand(aliases[word] ?? word) || Object.hasOwn(settings.aliases ?? {}, word);
}

/** Says how one command is used. */
function helped(state: State, word: string): Step {
  const typed = word.replace(/^\//, '').toLowerCase();
  const name = aliases[typed] ?? typed;
  const { lang } = state.settings;
  if (!isCommand(name)) return step(hinted(state, noCommand(lang, typed), 'bad'));
  const { usage, doc, lacks }: CommandRow = commandTable[name];
  if (lacks !== undefined) return step(hinted(state, doc[lang]));
  return step(notice(state, `${usageIn(lang, name, usage)}${colon[lang]} ${doc[lang]}`, { tone: 'accent' }));
}

/** What is said of a word that is no command. */
export function noCommand(lang: Lang, word: string): string {
  const near = nearest(word);
  return [say(lang, 'no-command', { name: word }), ...(near === null ? [] : [say(lang, 'near', { near })])].join(' ');
}

/** The command that somebody may have meant: the nearest by letters, at most two away. */
export function nearest(word: string): CommandName | null {
  const best = shownCommands.map(([name]) => ({ name, far: distance(word.toLowerCase(), name) })).sort((a, b) => a.far - b.far)[0];
  return best !== undefined && best.far <= Math.min(2, Math.floor(word.length / 2)) ? best.name : null;
}

function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let index = 1; index <= other.length; index++) {
      const changed = (row[index - 1] ?? 0) + (letter === other[index - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** How many words a command needs: those of its usage that stand in no brackets. */
function leastOf({ usage }: CommandRow): number {
  return usage
    .replace(/\[[^\]]*\]/g, '')
    .split(' ')
    .filter(Boolean).length;
}
