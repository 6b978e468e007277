import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { NounContext } from '../cli/context.ts';
import { type PlaceFlags, placesOf, rulesToTry } from './rules-file.ts';
import { rulesTemplate } from './template.ts';
import { say } from './texts.ts';

interface SwitchFlags extends PlaceFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/**
 * `classcord automod enable|disable`: sets `enabled` in the rules file and leaves the rest of it as it is; without a file, the template is
 * written. A running server takes it over by itself. A file with a mistake is not switched on.
 */
export function switchRules(isOn: boolean, flags: SwitchFlags, context: NounContext): void {
  const { lang, stdout } = context;
  const file = placesOf(flags, context).rules;
  if (file === null) throw new CommandError('usage', say(lang, 'no_rules'));
  if (isOn) rulesToTry(file, lang);
  if (flags.dryRun !== true) write(file, withSwitch(textOf(file) ?? rulesTemplate, isOn), lang);
  const told = flags.dryRun === true ? 'dry_run' : isOn ? 'is_on' : 'is_off';
  const data = { file, enabled: isOn, ...(flags.dryRun === true ? { dry_run: true } : {}) };
  stdout.write(flags.json === true ? `${JSON.stringify(data)}\n` : `${say(lang, told, { file, enabled: isOn })}\n`);
}

/** The text with `enabled` set; it stands before the first table. */
export function withSwitch(text: string, isOn: boolean): string {
  const lines = text.split('\n');
  const firstTable = lines.findIndex((line) => /^\s*\[/.test(line));
  const at = lines.findIndex((line, index) => (firstTable < 0 || index < firstTable) && /^\s*enabled\s*=/.test(line));
  const line = `enabled = ${isOn}`;
  if (at < 0) return [line, ...lines].join('\n');
  return lines.with(at, (lines[at] ?? '').replace(/^\s*enabled\s*=\s*[^#\r]*?(?=\s*(?:#.*)?\r?$)/, line)).join('\n');
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
}

/** The server never reads half of it. */
function write(file: string, text: string, lang: NounContext['lang']): void {
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, file);
  } catch (cause) {
    rmSync(part, { force: true });
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new CommandError('failed', say(lang, 'failed', { file, code }), { cause });
  }
}
