import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const compiled = join(root, 'dist/tools/bin/classcord.cjs');
const source = join(root, 'tools/bin/classcord.cts');

/**
 * What node is to run as `classcord`: the compiled program when it is newer than every source, as it is under `npm test`; else the
 * sources, which take a second of CPU more for every start.
 */
export function classcord(): readonly string[] {
  if (existsSync(compiled) && newestIn('dist') > newestIn('server', 'tools')) return [compiled];
  return ['--import', import.meta.resolve('tsx'), source];
}

/** When the last file of these folders was changed. */
function newestIn(...folders: readonly string[]): number {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
  );
  return Math.max(...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}
