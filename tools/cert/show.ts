import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from '../../server/base/exit-codes.ts';
import { loadConfig } from '../../server/config/load.ts';
import type { NounContext } from '../cli/context.ts';

const dayMs = 24 * 3600_000;

/** `classcord cert show`: what a person compares, and what goes into a calendar. */
export function showCertificate(given: string | undefined, context: NounContext): void {
  const { lang, env, cwd, stdout } = context;
  const file = given ?? loadConfig({ options: { lang }, env, cwd }).config.tls.cert;
  if (file === '') throw new CommandError('usage', texts.none[lang]);
  const { fingerprint256, subjectAltName, subject, issuer, validFrom, validTo } = read(resolve(cwd, file), lang);
  const days = Math.floor((Date.parse(validTo) - Date.now()) / dayMs);
  const rows: readonly (readonly [string, string])[] = [
    [texts.file[lang], file],
    ['SHA-256', fingerprint256],
    [texts.names[lang], (subjectAltName ?? subject).replace(/(?:DNS|IP Address):/g, '')],
    [texts.issuer[lang], issuer === subject ? texts.itself[lang] : issuer.replaceAll('\n', ', ')],
    [texts.from[lang], new Date(validFrom).toISOString()],
    [texts.until[lang], `${new Date(validTo).toISOString()} (${texts[days < 0 ? 'over' : 'left'][lang].replace('{days}', String(days))})`],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  for (const [label, value] of rows) stdout.write(`${label.padEnd(width)}  ${value}\n`);
}

function read(file: string, lang: NounContext['lang']): X509Certificate {
  try {
    return new X509Certificate(readFileSync(file));
  } catch (cause) {
    const { code = (cause as Error).message } = cause as NodeJS.ErrnoException;
    throw new CommandError('failed', texts.unreadable[lang].replace('{file}', file).replace('{code}', code), { cause });
  }
}

const texts = {
  none: {
    en: 'tls.cert is not set; name a file, or make a certificate: classcord cert self-signed',
    fr: 'tls.cert n’est pas réglé ; indiquez un fichier, ou créez un certificat : classcord cert self-signed',
  },
  unreadable: { en: '{file} is no certificate that can be read ({code})', fr: '{file} n’est pas un certificat lisible ({code})' },
  file: { en: 'File', fr: 'Fichier' },
  names: { en: 'For', fr: 'Pour' },
  issuer: { en: 'Signed by', fr: 'Signé par' },
  itself: { en: 'itself', fr: 'lui-même' },
  from: { en: 'From', fr: 'Du' },
  until: { en: 'Until', fr: 'Au' },
  left: { en: '{days} days left', fr: 'encore {days} jours' },
  over: { en: 'its time is over', fr: 'sa durée est passée' },
} as const;
