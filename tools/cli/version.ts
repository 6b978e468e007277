import { existsSync, readFileSync } from 'node:fs';
import type { Noun } from './context.ts';
import { describeCommand, helpTexts } from './help.ts';

/** `classcord version`, the same as `--version`. */
export const versionNoun: Noun = (program, { lang, version, stdout }) => {
  describeCommand(program.command('version'), { summary: helpTexts.version, examples: ['classcord version'] }, lang).action(() => {
    stdout.write(`${version}\n`);
  });
};

/** The version of this package: its package.json lies higher up, at another height for sources and for compiled code. */
export function readVersion(from = import.meta.url): string {
  const file = new URL('package.json', from);
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
  const parent = new URL('..', from).href;
  return parent === from ? 'unknown' : readVersion(parent);
}
