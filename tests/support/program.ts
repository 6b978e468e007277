import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A build on purpose: `npm run faults -- --broken` has the tests run one that is at fault. */
const otherBuild = process.env['CLASSCORD_BUILD'] ?? '';
const compiled = join(root, 'dist/tools/bin/classcord.cjs');
const source = join(root, 'tools/bin/classcord.cts');

/**
 * What node is to run as `classcord`: the compiled program when it is newer than every source, as it is under `npm test`; else the
 * sources, which take a second of CPU more for every start.
 */
export function classcord(build = otherBuild): readonly string[] {
  if (build !== '') return [join(build, 'tools/bin/classcord.cjs')];
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
