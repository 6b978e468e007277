import { CommandError } from '../../server/base/exit-codes.ts';
import { wire } from '../../server/protocol/limits.ts';
import type { Bilingual, NounContext } from '../cli/context.ts';

/** A password from standard input: its first line. On a terminal it is asked for, and not shown. */
export async function readPassword({ stdin, stderr, lang }: NounContext): Promise<string> {
  if (stdin === undefined) throw new CommandError('usage', texts.missing[lang]);
  const isTyped = stdin.isTTY === true;
  if (isTyped) stderr.write(texts.prompt[lang]);
  const line = await firstLine(stdin, isTyped);
  if (isTyped) stderr.write('\n');
  if (line === '') throw new CommandError('usage', texts.missing[lang]);
  return line;
}

/** Whether somebody at the terminal says yes. */
export async function confirm(question: string, { stdin, stderr }: Pick<NounContext, 'stdin' | 'stderr'>): Promise<boolean> {
  if (stdin === undefined) return false;
  stderr.write(question);
  return /^(y|yes|o|oui)$/i.test((await firstLine(stdin, false)).trim());
}

const mostBytes = wire.passwordBytes + 2;

async function firstLine(stdin: NonNullable<NounContext['stdin']>, isHidden: boolean): Promise<string> {
  if (isHidden) stdin.setRawMode?.(true);
  let text = Buffer.alloc(0);
  try {
    for await (const chunk of stdin) {
      text = Buffer.concat([text, Buffer.from(chunk as Buffer)]);
      if (isHidden && text.includes(0x03)) throw new CommandError('interrupted', '^C');
      if (text.length > mostBytes || /[\r\n]/.test(text.toString('latin1')) || (isHidden && text.includes(0x04))) break;
    }
  } finally {
    if (isHidden) stdin.setRawMode?.(false);
  }
  const [line = ''] = text.toString('utf8').split(/\r?\n|\r|\u0004/, 1);
  return isHidden ? rubbedOut(line) : line;
}

/** A terminal that shows nothing does not rub out either. */
function rubbedOut(line: string): string {
  const kept: string[] = [];
  for (const character of line) {
    if (character === '\u007f' || character === '\b') kept.pop();
    else kept.push(character);
  }
  return kept.join('');
}

const texts = {
  prompt: { en: 'Password: ', fr: 'Mot de passe : ' },
  missing: {
    en: 'The password is read from standard input, and nothing came.',
    fr: 'Le mot de passe est lu sur l’entrée standard, et rien n’est venu.',
  },
} as const satisfies Record<string, Bilingual>;
