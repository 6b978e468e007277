import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** A folder could not be made below `parent`, which exists and takes none: `/proc` and the like. */
export class TakesNoFolders extends Error {
  override readonly name = 'TakesNoFolders';
  readonly code = 'ENOENT';
  readonly parent: string;
  constructor(parent: string, options: ErrorOptions) {
    super(`${parent} takes no folders`, options);
    this.parent = parent;
  }
}

/**
 * Makes a folder and what is missing above it. Node’s own `recursive` never returns where a file system says that a folder is missing
 * which is there, as `/proc` does. Throws what `mkdir` throws, or TakesNoFolders.
 */
export function makeFolder(folder: string, mode: number): void {
  const missing: string[] = [];
  let at = resolve(folder);
  for (; statSync(at, { throwIfNoEntry: false }) === undefined; at = dirname(at)) missing.unshift(at);
  if (missing.length === 0) makeOne(at, mode);
  for (const path of missing) makeOne(path, mode);
}

function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    if (code === 'ENOENT') throw new TakesNoFolders(dirname(path), { cause });
    throw cause;
  }
}
