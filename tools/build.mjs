/** Compiles to `dist` and copies what tsc leaves behind. Plain Node: `npm ci` runs it on a fresh clone. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const compiler = 'node_modules/typescript/bin/tsc';
const bins = Object.values(JSON.parse(readFileSync('package.json', 'utf8')).bin);

// An install without development packages has no compiler; what was built and packed before is used then.
if (!existsSync(compiler) && bins.every((bin) => existsSync(bin))) process.exit(0);

rmSync('dist', { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
cpSync('server/store/migrations', 'dist/server/store/migrations', { recursive: true });
for (const bin of bins) chmodSync(bin, 0o755);
