import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { NounContext } from '../cli/context.ts';
import { type PlaceFlags, placesOf } from './rules-file.ts';
import { rulesTemplate } from './template.ts';
import { say } from './texts.ts';

/** Writes the commented rules file; one that exists is replaced only by force. */
export function initRules(flags: PlaceFlags & { readonly output?: string; readonly force?: boolean }, context: NounContext): void {
  const { lang, cwd, stdout } = context;
  if (flags.output === '-') {
    stdout.write(rulesTemplate);
    return;
  }
  const file = flags.output === undefined ? placesOf(flags, context).rules : resolve(cwd, flags.output);
  if (file === null) throw new CommandError('usage', say(lang, 'no_rules'));
  try {
    writeFileSync(file, rulesTemplate, { flag: flags.force === true ? 'w' : 'wx' });
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CommandError('conflict', say(lang, 'exists', { file }), { cause });
    throw new CommandError('failed', say(lang, 'failed', { file, code }), { cause });
  }
  stdout.write(`${say(lang, 'written', { file })}\n`);
}
