import { channelCommands } from './commands/channels.ts';
import { ownCommands } from './commands/own.ts';
import { peopleCommands } from './commands/people.ts';
import type { CommandRow } from './commands/row.ts';
import { staffCommands } from './commands/staff.ts';
import { talkCommands } from './commands/talk.ts';

/** Every slash command: the one table of which help, completion and documentation are made. */
export const commandTable = {
  ...channelCommands,
  ...talkCommands,
  ...peopleCommands,
  ...staffCommands,
  ...ownCommands,
} as const satisfies Record<string, CommandRow>;
export type CommandName = keyof typeof commandTable;

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commandTable, name);
}
