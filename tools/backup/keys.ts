import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { NounContext } from '../cli/context.ts';
import { say } from './texts.ts';

/** `classcord backup key`: a key file as `age-keygen` writes it. Rejects with `conflict` when it exists. */
export async function makeKey(out: string, { lang, cwd, stdout }: NounContext): Promise<void> {
  const secret = await generateX25519Identity();
  const recipient = await identityToRecipient(secret);
  try {
    const text = `# created: ${new Date().toISOString()}\n# public key: ${recipient}\n${secret}\n`;
    writeFileSync(resolve(cwd, out), text, { mode: 0o600, flag: 'wx', flush: true });
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CommandError('conflict', say(lang, 'key_exists', { file: out }), { cause });
    throw new CommandError('failed', say(lang, 'not_written', { file: out, why: code }), { cause });
  }
  stdout.write(`${say(lang, 'key_made', { file: out, to: recipient })}\n`);
}

/** The secrets of a key file: its lines but for the empty ones and those with `#`. Throws `usage`. */
export function secretsIn(file: string, { cwd, lang }: Pick<NounContext, 'cwd' | 'lang'>): readonly string[] {
  const refused = (why: string, cause?: unknown) => new CommandError('usage', say(lang, 'no_key', { file, why }), { cause });
  let lines: readonly string[] = [];
  try {
    lines = readFileSync(resolve(cwd, file), 'utf8').split(/\r?\n/);
  } catch (cause) {
    throw refused((cause as NodeJS.ErrnoException).code ?? String(cause), cause);
  }
  const secrets = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  if (secrets.length === 0 || secrets.some((secret) => !/^AGE-SECRET-KEY-[0-9A-Z-]+$/.test(secret))) throw refused('no AGE-SECRET-KEY-…');
  return secrets;
}

/** What seals for whoever has one of these keys. Throws `usage` when there is none, or one is wrong. */
export function encrypterFor(recipients: readonly string[], lang: Lang): Encrypter {
  if (recipients.length === 0) throw new CommandError('usage', say(lang, 'no_recipient'));
  const encrypter = new Encrypter();
  for (const to of recipients) {
    try {
      encrypter.addRecipient(to);
    } catch (cause) {
      throw new CommandError('usage', say(lang, 'bad_recipient', { to }), { cause });
    }
  }
  return encrypter;
}
