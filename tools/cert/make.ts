import { X509Certificate } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { CommandError } from '../../server/base/exit-codes.ts';
import { makeFolder } from '../../server/base/make-folder.ts';
import { tomlValue } from '../../server/config/settings.ts';
import type { NounContext } from '../cli/context.ts';
import { ownPlaces, selfSigned } from './self-signed.ts';

export interface SelfSignedFlags {
  readonly name?: readonly string[];
  readonly ip?: readonly string[];
  readonly days: string;
  readonly out: string;
  readonly force?: boolean;
}

const mostDays = 36_500;

/** `classcord cert self-signed`: two files, the fingerprint, and what to put into the settings. */
export async function makeCertificate({ name, ip, days, out, force = false }: SelfSignedFlags, context: NounContext): Promise<void> {
  const { lang, stdout } = context;
  const own = name === undefined && ip === undefined ? ownPlaces() : { names: [], ips: [] };
  const wish = { names: name ?? own.names, ips: ip ?? own.ips, days: Number(days), now: Date.now() };
  if (!Number.isInteger(wish.days) || wish.days < 1 || wish.days > mostDays)
    throw new CommandError('usage', texts.days[lang].replace('{value}', days));
  for (const address of wish.ips) if (isIP(address) === 0) throw new CommandError('usage', texts.ip[lang].replace('{value}', address));
  for (const host of wish.names)
    if (!/^[^\s/:]{1,253}$/.test(host) || isIP(host) !== 0) throw new CommandError('usage', texts.name[lang].replace('{value}', host));

  const folder = resolve(context.cwd, out);
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const there = Object.values(files).find((file) => existsSync(file));
  if (there !== undefined && !force) throw new CommandError('conflict', texts.exists[lang].replace('{file}', there));
  const made = await selfSigned(wish);
  try {
    makeFolder(folder, 0o700);
    put(files.key, made.key, 0o600);
    put(files.cert, made.cert, 0o644);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new CommandError('failed', texts.failed[lang].replace('{file}', folder).replace('{code}', code), { cause });
  }
  const { fingerprint256, validTo } = new X509Certificate(made.cert);
  const until = new Date(validTo).toISOString().slice(0, 10);
  const lines = [
    texts.made[lang].replace('{names}', [...wish.names, ...wish.ips].join(', ')).replace('{until}', until),
    `SHA-256  ${fingerprint256}`,
    '',
    texts.settings[lang],
    '[tls]',
    `cert = ${tomlValue(files.cert)}`,
    `key = ${tomlValue(files.key)}`,
    '',
    texts.clients[lang],
  ];
  stdout.write(`${lines.join('\n')}\n`);
}

/** Never half a file under the name that a running server reads. */
function put(file: string, content: string, mode: number): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content, { mode, flag: 'wx' });
  renameSync(draft, file);
}

const texts = {
  days: { en: '--days {value} must be a whole number from 1 to 36500', fr: '--days {value} doit être un nombre entier de 1 à 36500' },
  ip: {
    en: '--ip {value} is no address; names of hosts go into --name',
    fr: '--ip {value} n’est pas une adresse ; les noms vont dans --name',
  },
  name: {
    en: '--name {value} is no name of a host; addresses go into --ip',
    fr: '--name {value} n’est pas un nom de machine ; les adresses vont dans --ip',
  },
  exists: {
    en: '{file} exists already; --force replaces it (clients that pinned it will shout), --out names another folder',
    fr: '{file} existe déjà ; --force le remplace (les clients qui l’ont retenu protesteront), --out indique un autre dossier',
  },
  failed: { en: '{file} cannot be written ({code})', fr: '{file} ne peut pas être écrit ({code})' },
  made: { en: 'A certificate for {names}, good until {until}.', fr: 'Un certificat pour {names}, valable jusqu’au {until}.' },
  settings: { en: 'Into classcord.toml:', fr: 'À mettre dans classcord.toml :' },
  clients: {
    en: 'Clients: classcord chat HOST --tls; they show this fingerprint at their first connection, compare the two.',
    fr: 'Clients : classcord chat HÔTE --tls ; ils montrent cette empreinte à leur première connexion, comparez les deux.',
  },
} as const;
