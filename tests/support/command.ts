import { spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { classcord } from './program.ts';
import { RunningProgram } from './running-program.ts';

/** `classcord` in a process of its own; killed when the test ends. */
export function command(t: TestContext, args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningProgram {
  const [program = '', ...first] = [process.execPath, ...classcord()];
  const running = new RunningProgram(spawn(program, [...first, ...args], { env: { ...process.env, LC_ALL: 'C', ...env } }));
  t.after(() => running.kill());
  return running;
}
