import { existsSync, readFileSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Check, command, failure, ok, warning } from './check.ts';

/** Oldest Node.js that is tested. */
const oldestNode = [20, 19] as const;
/** Nothing here is older than that: a clock before it is wrong. */
const firstRelease = Date.UTC(2025, 0, 1);
const futureMs = 5 * 60_000;
/** What the process opens for itself, beside connections. */
const ownDescriptors = 64;

export const node: Check = ({ world }) => {
  const [major = 0, minor = 0] = world.nodeVersion.replace(/^v/, '').split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  const wanted = `${oldestNode.join('.')}`;
  if (!isOld) return ok(world.nodeVersion);
  return failure(world.nodeVersion, { en: `Install Node.js ${wanted} or newer.`, fr: `Installez Node.js ${wanted} ou plus récent.` });
};

export const nativeModules: Check = async ({ world }) => {
  try {
    return ok(await world.loadNative());
  } catch (error) {
    return failure((error as Error).message, command('npm rebuild better-sqlite3 argon2'));
  }
};

/** Where nothing was made yet, the disk of the folder above counts. */
export const disk: Check = async ({ config }) => {
  const { bavail, blocks, bsize } = await statfs(existing(config.server.data));
  const free = bavail * bsize;
  const detail = `${mib(free)} MiB free`;
  const fix = {
    en: `Make room on the disk of ${config.server.data}, or move the folder and say --data.`,
    fr: `Faites de la place sur le disque de ${config.server.data}, ou déplacez le dossier et indiquez --data.`,
  };
  if (free < config.storage.disk_floor_bytes) return failure(`${detail}, floor ${mib(config.storage.disk_floor_bytes)} MiB`, fix);
  return bavail < blocks / 20 ? warning(detail, fix) : ok(detail);
};

export const clock: Check = ({ world, file }) => {
  const now = world.now();
  const detail = new Date(now).toISOString();
  const fix = { en: 'Set the clock: timedatectl set-ntp true', fr: 'Réglez l’horloge : timedatectl set-ntp true' };
  if (now < firstRelease) return failure(detail, fix);
  const written = existsSync(file) ? statSync(file).mtimeMs : 0;
  return written > now + futureMs
    ? warning(`${detail}, but the database was written at ${new Date(written).toISOString()}`, fix)
    : ok(detail);
};

export const fileDescriptors: Check = ({ config }) => {
  const limit = openFilesLimit();
  const wanted = config.limits.connections + ownDescriptors;
  const detail = `${limit} files, ${config.limits.connections} connections wanted`;
  if (limit * 0.8 >= wanted || limit === Number.POSITIVE_INFINITY) return ok(detail);
  const files = Math.ceil(wanted / 0.8);
  return warning(detail, {
    en: `Raise the limit (LimitNOFILE=${files} in the unit, or ulimit -n ${files}), or lower limits.connections.`,
    fr: `Relevez la limite (LimitNOFILE=${files} dans l’unité, ou ulimit -n ${files}), ou baissez limits.connections.`,
  });
};

/** As this command has it; a service has its own, from its unit. */
function openFilesLimit(): number {
  try {
    const [, soft = 'unlimited'] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}

function mib(bytes: number): number {
  return Math.floor(bytes / 1_048_576);
}
