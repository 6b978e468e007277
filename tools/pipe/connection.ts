import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { CommandError, type ExitName, exitCodes } from '../../server/base/exit-codes.ts';
import { parseHostPort } from '../../server/config/addresses.ts';
import { ChatError, errorCodes } from '../../server/protocol/errors.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { NounContext } from '../cli/context.ts';
import type { ConnectOptions, Identity } from '../client/main.ts';
import { type OwnKey, readKey } from '../keys/key-file.ts';
import { KnownServers } from '../known/known-servers.ts';
import { type Trust, trustIn } from '../known/trust.ts';
import type { LineReader } from './lines.ts';

/** The flags that say where to, and as whom. */
export interface ConnectionFlags {
  readonly host?: string;
  readonly tls?: boolean;
  readonly ca?: string;
  readonly fingerprint?: string;
  readonly guest?: string;
  readonly user?: string;
  readonly key?: string;
  readonly register?: boolean;
  readonly passwordStdin?: boolean;
}

const chatPort = 12_345;

/** What `connect` is to be told. `input` gives the password when `--password-stdin` says so: its first line. */
export async function connectionOf(flags: ConnectionFlags, context: NounContext, input: LineReader): Promise<ConnectOptions> {
  const { lang, version } = context;
  const { host = 'localhost', ca, fingerprint } = flags;
  const place = parseHostPort(host) ?? parseHostPort(`${host}:${chatPort}`);
  if (place === null) throw new CommandError('usage', texts.host[lang].replace('{value}', host));
  const isEncrypted = flags.tls === true || ca !== undefined || fingerprint !== undefined;
  const isTold = ca !== undefined || fingerprint !== undefined;
  const tls = isEncrypted && {
    ...(ca === undefined ? {} : { ca: readCa(ca, lang) }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(isTold ? {} : { trust: trustOf(context).certificate }),
  };
  return { ...place, tls, identity: await identityOf(flags, context, input), clientName: `classcord/${version}`, lang };
}

/** A failure of the conversation as one of the command, with the exit code that its code has. */
export function commandErrorOf(thrown: unknown, { host, port }: ConnectOptions, lang: Lang): unknown {
  if (!(thrown instanceof ChatError)) return thrown;
  const exit = (Object.keys(exitCodes) as ExitName[]).find((name) => exitCodes[name].code === errorCodes[thrown.code].exit) ?? 'failed';
  const reason = thrown.cause instanceof Error ? ` (${thrown.cause.message})` : '';
  const text = thrown.code === 'unreachable' ? `${host}:${port}: ${thrown.textIn(lang)}${reason}` : thrown.textIn(lang);
  return new CommandError(exit, text, { cause: thrown });
}

/** Servers are known again by what is kept in this account; what is seen for the first time is told. */
function trustOf({ env, lang, stderr }: NounContext): Trust {
  return trustIn(KnownServers.of(env), { lang: () => lang, onFirst: (text) => stderr.write(`classcord: ${text}\n`) });
}

async function identityOf(flags: ConnectionFlags, context: NounContext, input: LineReader): Promise<Identity> {
  const { guest, user, key, register: isRegistering = false, passwordStdin } = flags;
  const { lang, env } = context;
  if (guest !== undefined && user !== undefined) throw new CommandError('usage', texts.both[lang]);
  if (key !== undefined && (user === undefined || isRegistering)) throw new CommandError('usage', texts.keyAlone[lang]);
  if (user !== undefined && key !== undefined) return { user, key: { ...keyIn(key, lang), trust: trustOf(context).key } };
  if (user === undefined) return { guest: guest ?? ownName(env) };
  const password = passwordStdin === true ? await input.next() : env['CLASSCORD_PASSWORD'] || (await askPassword(user, context));
  if (password === null || password === '') throw new CommandError('usage', texts.password[lang]);
  return { user, password, isRegistering };
}

function ownName(env: NounContext['env']): string {
  const name = env['USER'] || env['USERNAME'];
  if (name) return name;
  try {
    return userInfo().username;
  } catch {
    return 'invité';
  }
}

/** The private key in that file. */
export function keyIn(file: string, lang: Lang): OwnKey {
  try {
    return readKey(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new CommandError('usage', texts.key[lang].replace('{file}', file).replace('{why}', code ?? message), { cause });
  }
}

function readCa(file: string, lang: Lang): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CommandError('usage', texts.ca[lang].replace('{file}', file), { cause });
  }
}

/** Asks on the terminal, and shows nothing of what is typed; null where there is no terminal to ask. */
function askPassword(user: string, { stderr, lang }: NounContext): Promise<string | null> {
  if (process.stdin.isTTY !== true || stderr.isTTY !== true) return Promise.resolve(null);
  stderr.write(texts.ask[lang].replace('{user}', user));
  return new Promise((resolve) => {
    const silent = new PassThrough().resume();
    const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
    const end = (answer: string | null) => {
      stderr.write('\n');
      terminal.close();
      resolve(answer);
    };
    terminal.once('line', end);
    terminal.once('SIGINT', () => end(null));
  });
}

const texts = {
  host: {
    en: '--host {value} must be HOST or HOST:PORT, for example localhost:12345',
    fr: '--host {value} doit être HÔTE ou HÔTE:PORT, par exemple localhost:12345',
  },
  both: { en: 'either --guest or --user, not both', fr: '--guest ou --user, pas les deux' },
  keyAlone: {
    en: '--key goes with --user, and without --register',
    fr: '--key va avec --user, et sans --register',
  },
  key: { en: '--key: {file} is no Ed25519 key that can be read ({why})', fr: '--key : {file} n’est pas une clé Ed25519 lisible ({why})' },
  password: {
    en: 'a password is missing: CLASSCORD_PASSWORD, --password-stdin, or a terminal to ask on',
    fr: 'il manque un mot de passe : CLASSCORD_PASSWORD, --password-stdin, ou un terminal où le demander',
  },
  ask: { en: 'Password of {user}: ', fr: 'Mot de passe de {user} : ' },
  ca: { en: '--ca: {file} cannot be read', fr: '--ca : {file} est illisible' },
} as const;
