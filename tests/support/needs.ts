import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** What a fault is made with, and how it is found out that it is there. */
const checks = {
  strace: () => succeeds('strace', ['-f', '-o', 'none', '-e', 'trace=none', 'true'], 'strace cannot trace'),
  prlimit: () => succeeds('prlimit', ['--nofile=64:64', 'true'], 'prlimit cannot limit'),
  tmpfs: () => succeeds('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs tmpfs .'], 'no right to a mount namespace of its own'),
  chattr: () => succeeds('sh', ['-c', 'touch file && chattr +i file && chattr -i file'], 'no right to make a file immutable'),
  tmux: () => succeeds('tmux', ['-V'], 'tmux does not run'),
  promtool: () => succeeds('promtool', ['--version'], 'promtool does not run'),
  openssl: () => succeeds('openssl', ['version'], 'openssl does not run'),
  age: () => succeeds('age', ['--version'], 'age does not run'),
  nc: () => succeeds('nc', ['-h'], 'nc does not run'),
  chromium: () => succeeds('/usr/bin/chromium', ['--version'], 'chromium does not run'),
} as const;
export type Need = keyof typeof checks;

/** Whether everything is there. If not, the test is skipped with the reason, and its caller returns; with `CI=true` it fails instead. */
export function has(t: TestContext, ...needs: readonly Need[]): boolean {
  for (const need of needs) {
    const reason = checks[need]();
    if (reason === null) continue;
    if (process.env['CI'] === 'true') throw new Error(`${need} is needed where CI=true: ${reason}`);
    t.skip(`${need}: ${reason}`);
    return false;
  }
  return true;
}

/** Whether a language is there that the project itself does without. If not, the test is skipped with the reason, with `CI=true` too. */
export function hasRuntime(t: TestContext, program: string, ...args: string[]): boolean {
  const reason = succeeds(program, args, `${program} is not usable`);
  if (reason !== null) t.skip(reason);
  return reason === null;
}

/** Runs the program in a folder of its own; null when it succeeds. */
function succeeds(program: string, args: readonly string[], otherwise: string): string | null {
  const cwd = mkdtempSync(join(tmpdir(), 'classcord-needs-'));
  writeFileSync(join(cwd, 'none'), '');
  const { error, status } = spawnSync(program, args, { cwd, timeout: 120_000, stdio: 'ignore' });
  rmSync(cwd, { recursive: true, force: true });
  if (error !== undefined) return `the program ${program} does not run (${error.message})`;
  return status === 0 ? null : otherwise;
}
