import { request } from 'node:http';
import { createServer } from 'node:net';
import { parseHostPort } from '../../server/config/addresses.ts';
import { type Check, type Finding, failure, ok, warning } from './check.ts';

const answerMs = 5000;

/** While the server runs its addresses are its own; else each must be free. */
export const ports: Check = async ({ config, isRunning }) => {
  const { listen } = config.server;
  if (isRunning) return ok(`${listen.join(', ')} (the server runs)`);
  for (const address of listen) {
    const place = parseHostPort(address);
    const code = place === null ? 'EINVAL' : await bindError(place);
    if (code === null) continue;
    if (place?.host.includes(':') && ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(code)) continue;
    return failure(`${address}: ${code}`, {
      en: `Stop what listens there (ss -ltnp), or choose another address: --listen HOST:PORT.`,
      fr: `Arrêtez ce qui écoute là (ss -ltnp), ou choisissez une autre adresse : --listen HÔTE:PORT.`,
    });
  }
  return ok(`${listen.join(', ')} free`);
};

function bindError({ host, port }: { readonly host: string; readonly port: number }): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, ipv6Only: host.includes(':'), exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** What the server says of itself. */
export const health: Check = async ({ config, isRunning }) => {
  const address = config.server.health_listen;
  if (address === '') return ok('not asked for');
  if (!isRunning) return ok('the server does not run');
  const place = parseHostPort(address);
  if (place === null) return ok('not asked for');
  try {
    return await readiness(place);
  } catch (error) {
    return warning(`${address}: ${(error as Error).message}`, {
      en: `Nothing answers there although the server runs: its log says health.unavailable; choose another server.health_listen.`,
      fr: `Rien n’y répond alors que le serveur tourne : son journal dit health.unavailable ; choisissez un autre server.health_listen.`,
    });
  }
};

function readiness({ host, port }: { readonly host: string; readonly port: number }): Promise<Finding> {
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path: '/readyz', agent: false, timeout: answerMs }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text = `${text}${chunk}`.slice(0, 4096);
      });
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(ok('ready'));
        else
          resolve(
            failure(`not ready: ${text.trim()}`, {
              en: 'The part that is not ok says why: disk, database, migrations; see docs/guides/what-to-do.md.',
              fr: 'La partie qui n’est pas ok dit pourquoi : disque, base, migrations ; voir docs/guides/fr/que-faire.md.',
            }),
          );
      });
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${answerMs} ms`)));
    asked.on('error', reject);
    asked.end();
  });
}
