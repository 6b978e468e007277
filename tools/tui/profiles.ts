import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { langs } from '../../server/protocol/texts.ts';

const profile = z.object({ address: z.string().max(300), way: z.enum(['guest', 'login', 'register']), name: z.string().max(256) });
const file = z.looseObject({
  profiles: z.record(z.string(), profile).default({}),
  settings: z
    .object({
      lang: z.enum(langs).optional(),
      background: z.enum(['dark', 'light', 'any']).optional(),
      bell: z.enum(['mentions', 'all', 'off']).optional(),
      times: z.boolean().optional(),
      aliases: z.record(z.string(), z.string()).optional(),
    })
    .default({}),
  keys: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
});

/** An address and a name under which one comes in; never a password. */
export type Profile = z.output<typeof profile>;
export type ChatFile = z.output<typeof file>;

/** Where somebody's own settings are (XDG base directories). */
export function chatFilePath(env: Readonly<Record<string, string | undefined>>): string {
  const config = env['XDG_CONFIG_HOME'];
  const base = config?.startsWith('/') === true ? config : join(env['HOME'] ?? homedir(), '.config');
  return join(base, 'classcord', 'chat.json');
}

/** What is in the file; a file that is none is told, and is not overwritten. */
export function readChatFile(path: string): { readonly content: ChatFile; readonly problem: string | null } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { content: file.parse({}), problem: isMissing ? null : `${path}: ${(error as Error).message}` };
  }
  try {
    return { content: file.parse(JSON.parse(text)), problem: null };
  } catch (error) {
    const what = error instanceof z.ZodError ? (error.issues[0]?.path.join('.') ?? '') : (error as Error).message;
    return { content: file.parse({}), problem: `${path}: ${what}` };
  }
}

/** Changes the file in one step: whoever reads it meanwhile sees the old one or the new one. */
export function writeChatFile(path: string, change: (was: ChatFile) => ChatFile): void {
  const { content, problem } = readChatFile(path);
  if (problem !== null) throw new Error(problem);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(file.parse(change(content)), null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}
