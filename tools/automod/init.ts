import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { rulesTemplate } from '../../server/automod-template.ts';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { NounContext } from '../cli/context.ts';
import { say } from './texts.ts';

/** Writes the commented rules file wherever somebody wants it; one that exists is replaced only by force. */
export function initRules(output: string, isForced: boolean, { lang, cwd, stdout }: NounContext): void {
  if (output === '-') {
    stdout.write(rulesTemplate);
    return;
  }
  const file = resolve(cwd, output);
  try {
    writeFileSync(file, rulesTemplate, { flag: isForced ? 'w' : 'wx' });
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CommandError('conflict', say(lang, 'exists', { file }), { cause });
    throw new CommandError('failed', say(lang, 'failed', { file, code }), { cause });
  }
  stdout.write(`${say(lang, 'written', { file })}\n`);
}
