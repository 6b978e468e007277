import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { RunningProgram } from './running-program.ts';

/** A fenced block of docs/clients.md: a whole program. */
export interface Program {
  /** The heading above it. */
  readonly title: string;
  readonly language: string;
  readonly code: string;
}

/** How a language is looked for, and how a program in it is run. */
interface Runtime {
  readonly file: string;
  readonly version: readonly [string, ...string[]];
  /** What makes a project of the folder, before the file is laid there. */
  readonly project?: readonly [string, ...string[]];
  readonly build?: readonly [string, ...string[]];
  readonly run: readonly [string, ...string[]];
}

export const runtimes: Readonly<Record<string, Runtime>> = {
  python: { file: 'chat.py', version: ['python3', '--version'], run: ['python3', 'chat.py'] },
  java: { file: 'Chat.java', version: ['javac', '--version'], run: ['java', 'Chat.java'] },
  go: { file: 'chat.go', version: ['go', 'version'], build: ['go', 'build', '-o', 'chat', 'chat.go'], run: ['./chat'] },
  csharp: {
    file: 'Program.cs',
    version: ['dotnet', '--version'],
    project: ['dotnet', 'new', 'console', '--name', 'chat', '--output', '.'],
    build: ['dotnet', 'build'],
    run: ['dotnet', 'run', '--no-build', '--'],
  },
  bash: { file: 'chat.sh', version: ['bash', '--version'], run: ['bash', 'chat.sh'] },
  javascript: { file: 'chat.mjs', version: [process.execPath, '--version'], run: [process.execPath, 'chat.mjs'] },
};

/** The programs of a page: every fenced block in a language of `runtimes`. */
export function programsOf(page: string): readonly Program[] {
  const blocks = readFileSync(page, 'utf8').matchAll(/^## (.+)$|^```(\w+)\n([\s\S]*?)^```$/gm);
  let title = '';
  const programs: Program[] = [];
  for (const [, heading, language = '', code = ''] of blocks) {
    if (heading !== undefined) title = heading;
    else if (language in runtimes) programs.push({ title, language, code });
  }
  return programs;
}

/** Lays the program into a folder of its own; what is returned runs it, and kills it when the test ends. */
export function layProgram(t: TestContext, { language, code }: Program): (args: readonly string[], password?: string) => RunningProgram {
  const runtime = runtimes[language];
  if (runtime === undefined) throw new Error(`no runtime for ${language}`);
  const cwd = mkdtempSync(join(tmpdir(), 'classcord-client-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  if (runtime.project !== undefined) make(runtime.project, cwd);
  writeFileSync(join(cwd, runtime.file), code);
  if (runtime.build !== undefined) make(runtime.build, cwd);
  const [program, ...first] = runtime.run;
  return (args, password = '') => {
    // The poorest locale: a client must not lean on the machine’s to speak UTF-8.
    const env = { ...process.env, LC_ALL: 'C', PASSWORD: password };
    const client = new RunningProgram(spawn(program, [...first, ...args], { cwd, env }));
    t.after(() => client.kill());
    return client;
  };
}

function make([program, ...args]: readonly [string, ...string[]], cwd: string): void {
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stdout + stderr}`);
}
