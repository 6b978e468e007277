import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import type { ServeOptions } from '../../server/config/load.ts';
import type { CliContext } from '../../tools/cli/context.ts';
import { runCli } from '../../tools/cli.ts';

/** What a command line did. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The options with which the server was started. */
  readonly served: readonly ServeOptions[];
}

export interface RunOptions {
  readonly env?: CliContext['env'];
  readonly cwd?: string;
  readonly isTerminal?: boolean;
  /** What comes by standard input. */
  readonly stdin?: string;
  /** Standard input is a terminal, at which that is typed. */
  readonly isTyped?: boolean;
  readonly serve?: CliContext['serve'];
  readonly takeOver?: () => void;
  readonly openDatabase?: CliContext['openDatabase'];
}

/** Runs a command line without a process of its own, in an empty environment. */
export async function run(line: string | readonly string[], options: RunOptions = {}): Promise<Ran> {
  const {
    env = {},
    cwd = '/nowhere',
    isTerminal = false,
    serve = async () => 0,
    takeOver = () => {},
    stdin,
    isTyped = false,
    openDatabase,
  } = options;
  const written = { stdout: '', stderr: '' };
  const served: ServeOptions[] = [];
  const output = (name: keyof typeof written) => ({ isTTY: isTerminal, write: (text: string) => (written[name] += text) });
  const code = await runCli(typeof line === 'string' ? line.split(' ').filter(Boolean) : line, {
    env,
    cwd,
    stdout: output('stdout'),
    stderr: output('stderr'),
    ...(stdin === undefined ? {} : { stdin: Object.assign(Readable.from([Buffer.from(stdin)]), { isTTY: isTyped }) }),
    takeOver,
    ...(openDatabase === undefined ? {} : { openDatabase }),
    serve(serveOptions) {
      served.push({ ...serveOptions });
      return serve(serveOptions);
    },
  });
  return { code, ...written, served };
}

/** A temporary folder, gone after the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'classcord-cli-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
