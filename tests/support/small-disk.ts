import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync, statfsSync } from 'node:fs';
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

  /** Takes every last block. */
  fill(): void {
    execFileSync('fallocate', ['-l', String(this.freeBytes), this.path('filler')], { timeout: 10_000 });
    assert.equal(this.freeBytes, 0, 'the disk is full');
  }

  /** Gives the blocks back. */
  free(): void {
    rmSync(this.path('filler'));
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
