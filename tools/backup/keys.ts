import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { NounContext } from '../cli/context.ts';
import { syncFolder } from './sync-folder.ts';
import { say } from './texts.ts';

/** `classcord backup key`: a key file as `age-keygen` writes it. Rejects with `conflict` when it exists. */
export async function makeKey(out: string, { lang, cwd, stdout }: NounContext): Promise<void> {
  const secret = await generateX25519Identity();
  const recipient = await identityToRecipient(secret);
  const file = resolve(cwd, out);
  try {
    const text = `# created: ${new Date().toISOString()}\n# public key: ${recipient}\n${secret}\n`;
    writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });
    syncFolder(dirname(file));
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CommandError('conflict', say(lang, 'key_exists', { file: out }), { cause });
    removeHalf(file);
    throw new CommandError('failed', say(lang, 'not_written', { file: out, why: code }), { cause });
  }
  stdout.write(`${say(lang, 'key_made', { file: out, to: recipient })}\n`);
}

/** Half a key is none. */
function removeHalf(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Nothing was written there.
  }
}

/** What opens with the keys of a file: its lines but for the empty ones and those with `#`. Throws `usage`; no error ever says a secret. */
export function decrypterOf(file: string, { cwd, lang }: Pick<NounContext, 'cwd' | 'lang'>): Decrypter {
  let lines: readonly string[] = [];
  try {
    lines = readFileSync(resolve(cwd, file), 'utf8').split(/\r?\n/);
  } catch (cause) {
    const { code = 'Error' } = cause as NodeJS.ErrnoException;
    throw new CommandError('usage', say(lang, 'no_key', { file, why: code }), { cause });
  }
  const secrets = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const decrypter = new Decrypter();
  try {
    for (const secret of secrets) decrypter.addIdentity(secret);
  } catch {
    // The cause would have the secret in its text.
    throw new CommandError('usage', say(lang, 'bad_key', { file }));
  }
  if (secrets.length === 0) throw new CommandError('usage', say(lang, 'bad_key', { file }));
  return decrypter;
}

/** What seals for whoever has one of these keys. Throws `usage` when there is none, or one is wrong. */
export function encrypterFor(recipients: readonly string[], lang: Lang): Encrypter {
  if (recipients.length === 0) throw new CommandError('usage', say(lang, 'no_recipient'));
  const encrypter = new Encrypter();
  for (const to of recipients) {
    if (/^AGE-SECRET-KEY/i.test(to)) throw new CommandError('usage', say(lang, 'secret_shown'));
    try {
      encrypter.addRecipient(to);
    } catch (cause) {
      throw new CommandError('usage', say(lang, 'bad_recipient', { to }), { cause });
    }
  }
  return encrypter;
}
