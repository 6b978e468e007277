import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';

/** The compiled program beside its packages, of which the native part of one does not load. */
function programWithout(t: TestContext, broken: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-native-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync('dist', join(folder, 'dist'), { recursive: true });
  cpSync('package.json', join(folder, 'package.json'));
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync('node_modules')) {
    if (name !== broken) symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  }
  const copy = join(folder, 'node_modules', broken);
  cpSync(resolve('node_modules', broken), copy, { recursive: true, filter: (source) => !source.includes('/deps/') });
  const natives = readdirSync(copy, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.node'));
  assert.ok(natives.length > 0, `${broken} has no native part`);
  for (const file of natives) writeFileSync(join(copy, file), 'not for this machine');
  return folder;
}

for (const broken of ['better-sqlite3', 'argon2']) {
  test(`a broken ${broken} is told at start with what mends it, exit 70, and nothing is made; doctor tells it, too`, (t) => {
    const folder = programWithout(t, broken);
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [join(folder, 'dist/tools/bin/classcord.cjs'), ...args], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C' },
        timeout: 60_000,
      });

    const served = run('serve', '--listen', '127.0.0.1:1', '--data', join(folder, 'data'));
    const examined = run('doctor', '--data', join(folder, 'data'));

    assert.equal(served.status, 70, served.stderr);
    assert.match(
      served.stderr,
      new RegExp(`^classcord: The module ${broken} does not (load|work) on this Node.js: run “npm rebuild ${broken}”`),
    );
    assert.ok(!readdirSync(folder).includes('data'));
    assert.match(examined.stdout, /npm rebuild better-sqlite3 argon2/, examined.stderr);
  });
}
