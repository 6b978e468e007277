import { closeSync, fsyncSync, openSync } from 'node:fs';

/** The names in a folder are on the disk. A file system that cannot promise it for a folder (EINVAL and the like) is left to itself. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // The file itself is synced; its name will be when the system writes it.
  }
}
