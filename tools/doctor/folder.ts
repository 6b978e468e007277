import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { BadRules, openRules, rulesPath } from '../../server/automod-file.ts';
import { newestSchema } from '../../server/store/migrate.ts';
import { CannotRead, openAtRest } from '../../server/store/reader.ts';
import { controlFile } from '../../server/transport/control-socket.ts';
import { type Check, command, type Finding, failure, ok, warning } from './check.ts';

/** A log that grew past this is not being written back: somebody reads without an end. */
const largeWal = 256 * 1_048_576;

export const dataFolder: Check = ({ config }) => {
  const { data } = config.server;
  if (!existsSync(data)) return ok(`${data} is made by the first start`);
  const { mode, uid } = statSync(data);
  const ours = process.geteuid?.() ?? uid;
  const owner = {
    en: `Run the server as the owner: sudo chown -R $(id -u) ${data}`,
    fr: `Le propriétaire doit lancer le serveur : sudo chown -R $(id -u) ${data}`,
  };
  if (!isWritable(data)) return failure(`${data} cannot be written`, owner);
  if (uid !== ours) return warning(`${data} belongs to user ${uid}, this is user ${ours}`, owner);
  return (mode & 0o077) === 0 ? ok(data) : warning(`${data} has mode ${octal(mode)}: others can read it`, command(`chmod 700 ${data}`));
};

export const secrets: Check = ({ config }) => {
  const open = ['cloak.key', 'jwt.key', 'identity.key', 'classcord.db', controlFile]
    .map((name) => join(config.server.data, name))
    .filter((path) => existsSync(path) && (statSync(path).mode & 0o007) !== 0 && (statSync(config.server.data).mode & 0o007) !== 0);
  return open.length === 0 ? ok('–') : warning(`${open.join(', ')}: everybody can read this`, command(`chmod o-rwx ${open.join(' ')}`));
};

export const database: Check = ({ file }) => {
  if (!existsSync(file)) return ok('made by the first start');
  let db: Database | null = null;
  const restore = {
    en: 'Stop the server, keep a copy of the file, restore a backup.',
    fr: 'Arrêtez le serveur, gardez une copie du fichier, restaurez une sauvegarde.',
  };
  try {
    db = openAtRest(file);
    const found = (db.pragma('quick_check(8)') as { quick_check: string }[]).map((row) => row.quick_check).join('; ');
    return found === 'ok' ? schemaOf(db) : failure(found, restore);
  } catch (error) {
    if (error instanceof CannotRead && error.why === 'owner')
      return warning('it belongs to another user', {
        en: 'Run this as the user of the server.',
        fr: 'Lancez ceci sous l’utilisateur du serveur.',
      });
    const cause = (error as Error).cause;
    return failure(cause instanceof Error ? cause.message : (error as Error).message, restore);
  } finally {
    db?.close();
  }
};

function schemaOf(db: Database): Finding {
  const schema = db.pragma('user_version', { simple: true }) as number;
  const newest = newestSchema();
  if (schema <= newest) return ok(`sound, schema ${schema}`);
  return failure(`schema ${schema}, this program knows ${newest} at most`, {
    en: 'Start the newer program again, or restore a backup of the older one.',
    fr: 'Relancez le programme plus récent, ou restaurez une sauvegarde de l’ancien.',
  });
}

export const writeAheadLog: Check = ({ file }) => {
  const wal = `${file}-wal`;
  const bytes = existsSync(wal) ? statSync(wal).size : 0;
  if (bytes <= largeWal) return ok(`${Math.floor(bytes / 1024)} KiB`);
  return warning(`${Math.floor(bytes / 1_048_576)} MiB`, {
    en: `Find the program that reads the database without an end: lsof ${file}`,
    fr: `Trouvez le programme qui lit la base sans fin : lsof ${file}`,
  });
};

export const lastStop: Check = ({ config, isRunning }) => {
  if (isRunning) return ok('the server runs');
  const pid = join(config.server.data, 'classcord.pid');
  const socket = join(config.server.data, controlFile);
  const left = [pid, socket].filter((path) => existsSync(path));
  if (left.length === 0) return ok('in good order');
  return warning(`not in good order: ${left.join(', ')}`, {
    en: 'Nothing to do by hand: the next start takes the folder over and checks the database. Its log says why the last one ended.',
    fr: 'Rien à faire à la main : le prochain démarrage reprend le dossier et vérifie la base. Le journal dit pourquoi le dernier a pris fin.',
  });
};

export const logFile: Check = ({ config }) => {
  const { file } = config.log;
  if (file === '') return ok('standard output');
  if (isWritable(existsSync(file) ? file : dirname(file))) return ok(file);
  return failure(`${file} cannot be written`, command(`mkdir -p ${dirname(file)} && chown $(id -u) ${dirname(file)}`));
};

/** A server with rules that it cannot read runs, and moderates nothing. */
export const automodRules: Check = ({ config, lang }) => {
  const file = rulesPath(config);
  try {
    return ok(file === null || openRules(file, lang) === null ? 'no rules file' : file);
  } catch (error) {
    if (!(error instanceof BadRules)) throw error;
    return warning(error.message, {
      en: 'mend that line, then: classcord automod check',
      fr: 'corriger cette ligne, puis : classcord automod check',
    });
  }
};

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
