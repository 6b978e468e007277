import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A change to one file of the compiled server. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface BrokenBuild {
  /** What is wrong with it. */
  readonly doc: string;
  readonly changes: readonly Change[];
  /** The faults that must find it. */
  readonly foundBy: readonly string[];
}

/** Builds that break a promise, to show that the fault programs can fail. */
export const brokenBuilds: Readonly<Record<string, BrokenBuild>> = {
  'tell-first': {
    doc: 'acknowledges and tells a message before it is committed',
    changes: [],
    foundBy: ['F1', 'F2'],
  },
};

/** Makes one from `dist`, in a folder of its own; the sources and `dist` stay as they are. Returns where it lies. */
export function makeBroken(name: string): string {
  const build = brokenBuilds[name];
  assert.ok(build !== undefined, `no broken build ${name}; there are ${Object.keys(brokenBuilds).join(', ')}`);
  return makeBuild(build.changes);
}

/** A copy of `dist` with changes. */
export function makeBuild(changes: readonly Change[]): string {
  assert.ok(existsSync(join(root, 'dist')), '`npm run build` comes first');
  const folder = mkdtempSync(join(tmpdir(), 'classcord-broken-'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, from, to } of changes) {
    const path = join(folder, 'dist', file);
    const text = readFileSync(path, 'utf8');
    assert.equal(text.split(from).length, 2, `${file} holds “${from}” once`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
  }
  return join(folder, 'dist');
}
