import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { CommandError } from '../../server/base/exit-codes.ts';
import { fingerprintOf } from '../../server/base/identity.ts';
import { readSshKey, sshBlob } from '../../server/protocol/key-login.ts';
import type { NounContext } from '../cli/context.ts';
import { connect } from '../client/main.ts';
import { type ConnectionFlags, commandErrorOf, connectionOf } from '../pipe/connection.ts';
import { LineReader } from '../pipe/lines.ts';
import { makeKey, type OwnKey, ownKeyPath, readKey } from './key-file.ts';

/** `classcord key make` */
export function makeOwnKey(out: string | undefined, context: NounContext): void {
  const { lang, env, cwd, stdout } = context;
  const file = out === undefined ? ownKeyPath(env) : resolve(cwd, out);
  try {
    const key = makeKey(file, `${userInfo().username}@${hostname()}`);
    stdout.write(`${texts.made[lang].replace('{file}', file)}\n`);
    show(key, context);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CommandError('conflict', texts.exists[lang].replace('{file}', file), { cause });
    throw new CommandError('failed', `${file}: ${code}`, { cause });
  }
}

/** `classcord key show` */
export function showKey(file: string | undefined, context: NounContext): void {
  show(keyOf(file, context), context);
}

/** `classcord key add`: logs in with the password, which the server wants once more for this. */
export async function addKey(file: string | undefined, flags: ConnectionFlags, context: NounContext): Promise<void> {
  const { lang } = context;
  const { publicKey } = keyOf(file, context);
  const options = await connectionOf(flags, context, new LineReader(process.stdin));
  process.stdin.destroy();
  const { identity } = options;
  if (!('password' in identity)) throw new CommandError('usage', texts.account[lang]);
  try {
    const client = await connect({ ...options, reconnect: false });
    try {
      await client.request({ type: 'keys', op: 'add', key: publicKey, password: identity.password });
    } finally {
      await client.close();
    }
  } catch (error) {
    throw commandErrorOf(error, options, lang);
  }
  show({ publicKey }, context);
}

function keyOf(file: string | undefined, { env, cwd, lang }: NounContext): OwnKey {
  const path = file === undefined ? ownKeyPath(env) : resolve(cwd, file);
  try {
    return readKey(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new CommandError('usage', texts.unreadable[lang].replace('{file}', path).replace('{why}', code ?? message), { cause });
  }
}

function show({ publicKey }: Pick<OwnKey, 'publicKey'>, { stdout }: NounContext): void {
  stdout.write(`${publicKey}\n${fingerprintOf(sshBlob(readSshKey(publicKey)?.raw ?? ''))}\n`);
}

const texts = {
  made: {
    en: 'The key is in {file}; keep it to yourself. What others may see:',
    fr: 'La clé est dans {file} ; gardez-la pour vous. Ce que d’autres peuvent voir :',
  },
  exists: { en: '{file} exists already; --out names another', fr: '{file} existe déjà ; --out en indique un autre' },
  unreadable: {
    en: '{file} is no Ed25519 key that can be read ({why}); make one: classcord key make',
    fr: '{file} n’est pas une clé Ed25519 lisible ({why}) ; pour en créer une : classcord key make',
  },
  account: {
    en: '--user is missing: a key belongs to an account, whose password is asked for',
    fr: 'il manque --user : une clé est à un compte, dont le mot de passe est demandé',
  },
} as const;
