import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { dataFolder, type ProcessOptions, type ServerProcess, startProcess } from './server-process.ts';

/** A server whose data lies on a small disk of its own, in a mount namespace that ends with it. */
export class SmallDisk {
  readonly server: ServerProcess;

  constructor(server: ServerProcess) {
    this.server = server;
  }

  /** A file on that disk, as this process can reach it. */
  path(name: string): string {
    return join(`/proc/${this.server.pid}/root`, this.server.folder, name);
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path(''));
    return bavail * bsize;
  }

  /** Takes every last block, though the server may take some at the same time. */
  fill(): void {
    for (let file = 0; this.freeBytes > 0; file += 1) {
      assert.ok(file < 50, 'the disk never gets full');
      // What was free a moment ago may be less by now: half of it is there still.
      for (const share of [1, 2]) if (this.#take(Math.ceil(this.freeBytes / share), `filler-${file}-${share}`)) break;
    }
  }

  #take(bytes: number, name: string): boolean {
    if (bytes === 0) return true;
    return spawnSync('fallocate', ['-l', String(bytes), this.path(name)], { timeout: 120_000 }).status === 0;
  }

  /** Gives the blocks back. */
  free(): void {
    for (const name of readdirSync(this.path(''))) if (name.startsWith('filler')) rmSync(this.path(name));
    assert.ok(this.freeBytes > 0, 'the disk has room again');
  }

  /** The database as a crash now would leave it, copied to where SQLite can open it. */
  copyDatabase(t: TestContext): string {
    const copy = join(dataFolder(t), 'classcord.db');
    for (const part of ['', '-wal']) copyFileSync(this.path(`classcord.db${part}`), `${copy}${part}`);
    return copy;
  }
}

/** Starts a server on a new disk of so many MiB. */
export async function startOnSmallDisk(t: TestContext, mib: number, options: ProcessOptions = {}): Promise<SmallDisk> {
  const folder = dataFolder(t);
  const mount = `mount -t tmpfs -o size=${mib}m tmpfs '${folder}'`;
  return new SmallDisk(await startProcess(t, { ...options, folder, prefix: onMount(mount) }));
}

/** The prefix of a server in a mount namespace of its own, in which these shell commands were run before. */
export function onMount(commands: string): readonly string[] {
  return ['unshare', '-m', 'sh', '-c', `${commands} && exec "$@"`, 'sh'];
}
