import { existsSync, statSync } from 'node:fs';
import { certificateFiles, problemText } from '../../server/app-tls.ts';
import { readCertificate } from '../../server/transport/certificate.ts';
import { type Check, command, failure, ok, warning } from './check.ts';

const dayMs = 24 * 3600_000;
const soonDays = 14;

/** What keeps TLS from working, and what soon will. */
export const certificate: Check = ({ config, world, lang }) => {
  const files = certificateFiles(config);
  if (files === null) return ok('no TLS');
  try {
    const { validFrom, validTo } = readCertificate(files);
    const now = world.now();
    const until = new Date(validTo).toISOString();
    if (now > validTo) return failure(`${files.cert} was good until ${until}`, renewal);
    if (now < validFrom) return failure(`${files.cert} is good from ${new Date(validFrom).toISOString()} on only`, renewal);
    if (isReadByOthers(files.key)) return warning(`${files.key}: everybody can read this`, command(`chmod 600 ${files.key}`));
    const days = Math.floor((validTo - now) / dayMs);
    return days < soonDays ? warning(`${files.cert}: ${days} days left, until ${until}`, renewal) : ok(`${files.cert}, until ${until}`);
  } catch (error) {
    const fix = {
      en: 'Name the two that belong together with tls.cert and tls.key, or make them: classcord cert self-signed',
      fr: 'Indiquez les deux qui vont ensemble avec tls.cert et tls.key, ou créez-les : classcord cert self-signed',
    };
    return failure(problemText(error, lang), fix);
  }
};

function isReadByOthers(file: string): boolean {
  return existsSync(file) && (statSync(file).mode & 0o004) !== 0;
}

const renewal = {
  en: 'Put a new one in its place: a running server takes it up by itself. classcord cert self-signed --force makes one.',
  fr: 'Mettez-en un nouveau à sa place : un serveur qui tourne le prend de lui-même. classcord cert self-signed --force en crée un.',
};
