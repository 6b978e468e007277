import { resolve } from 'node:path';
import type { NounContext } from '../cli/context.ts';
import { noFile, rulesToTry } from './rules-file.ts';

/** Says `ok` and which file it was, of a file by name; what is wrong is thrown. */
export function checkRules(named: string, isJson: boolean, { lang, cwd, stdout }: NounContext): void {
  const file = resolve(cwd, named);
  if (rulesToTry(file, lang) === null) throw noFile(file, lang);
  stdout.write(isJson ? `${JSON.stringify({ file })}\n` : `ok (${file})\n`);
}
