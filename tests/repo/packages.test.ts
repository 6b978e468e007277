import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';

interface LockedPackage {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  engines: { node: string };
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};
const locked = (JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> }).packages;
const pins = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

test('every package is pinned to one exact version, and the lock file agrees', () => {
  assert.ok(pins.length >= 10, `only ${pins.length} packages were looked at`);
  for (const [name, version] of pins) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
    assert.equal(locked[`node_modules/${name}`]?.version, version, name);
  }
});

test('every package but the types has its reason in docs/decisions', () => {
  const pages = readdirSync('docs/decisions')
    .filter((name) => name !== 'README.md')
    .map((name) => readFileSync(path.join('docs/decisions', name), 'utf8'));
  const words = new Set(pages.flatMap((page) => page.split(/[^\w@/-]+/)));
  const unnamed = pins.map(([name]) => name).filter((name) => !name.startsWith('@types/') && !words.has(name));

  assert.ok(pages.length >= 10, `only ${pages.length} pages were looked at`);
  assert.deepEqual(unnamed, []);
});

test('the versions whose newest releases crash on Node 20 stay where they are', () => {
  assert.equal(manifest.engines.node, '>=20.19');
  assert.match(manifest.dependencies['better-sqlite3'] ?? '', /^12\./);
  assert.match(manifest.dependencies['argon2'] ?? '', /^0\.44\./);
});

test('the lock file holds the binaries of every platform, or npm ci refuses it', () => {
  const optional = Object.values(locked).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));

  assert.ok(optional.length > 0);
  assert.deepEqual(
    optional.filter((name) => !Object.keys(locked).some((place) => place.endsWith(`node_modules/${name}`))),
    [],
  );
});

test('SQLite is at least 3.51.3, which mends the WAL-reset bug', () => {
  const db = new Database(':memory:');
  const version = db.prepare('SELECT sqlite_version()').pluck().get() as string;
  db.close();
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);

  assert.ok(major * 1e6 + minor * 1e3 + patch >= 3_051_003, `SQLite is ${version}`);
});

test('the README names every Debian package that .ci/setup brings', () => {
  const wanted = [...readFileSync('.ci/setup', 'utf8').matchAll(/^(?:install|unpack)="(.+)"$/gm)].flatMap(([, list = '']) =>
    list.split(' ').map((pair) => pair.split(':')[1] ?? ''),
  );

  assert.ok(wanted.length > 5);
  for (const readme of ['README.md', 'README.fr.md']) {
    const text = readFileSync(readme, 'utf8');
    assert.deepEqual(
      wanted.filter((name) => !text.includes(`\`${name}\``)),
      [],
      readme,
    );
  }
});

test('no committed file names a folder of the machine it was written on', (t) => {
  if (!existsSync('.git')) return t.skip('not a git checkout');
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' }).split('\n');
  const texts = files.filter((file) => file !== '' && existsSync(file)).map((file) => [file, readFileSync(file, 'utf8')] as const);
  const places = [path.dirname(process.cwd()), homedir(), tmpdir()].filter((place) => place.length > 1).map((place) => `${place}/`);

  assert.ok(texts.length > 50, `only ${texts.length} files were looked at`);
  assert.deepEqual(
    texts.filter(([, text]) => places.some((place) => text.includes(place))).map(([file]) => file),
    [],
  );
});

test('what the package exports is built from a source that is there', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, { types: string; default: string }> };
  const { types, default: program } = exports['./client'] ?? { types: '', default: '' };

  for (const [target, end] of [
    [types, '.d.ts'],
    [program, '.js'],
  ] as const) {
    assert.ok(target.startsWith('./dist/') && target.endsWith(end), target);
    assert.ok(existsSync(target.replace('./dist/', './').replace(end, '.ts')), target);
  }
});
