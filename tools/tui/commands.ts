import { accountCommands } from './commands/account.ts';
import { channelCommands } from './commands/channels.ts';
import { classCommands } from './commands/class.ts';
import { lackingCommands } from './commands/lacking.ts';
import { ownCommands } from './commands/own.ts';
import { peopleCommands } from './commands/people.ts';
import type { CommandRow } from './commands/row.ts';
import { staffCommands } from './commands/staff.ts';
import { talkCommands } from './commands/talk.ts';

/** Every slash command: the one table of which help, completion and documentation are made. */
export const commandTable = {
  ...channelCommands,
  ...talkCommands,
  ...classCommands,
  ...peopleCommands,
  ...staffCommands,
  ...accountCommands,
  ...ownCommands,
  ...lackingCommands,
} as const satisfies Record<string, CommandRow>;
export type CommandName = keyof typeof commandTable;

/** Those that do something: what help, completion and documentation list. */
export const shownCommands = (Object.entries(commandTable) as [CommandName, CommandRow][]).filter(([, { lacks }]) => lacks !== true);

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commandTable, name);
}
