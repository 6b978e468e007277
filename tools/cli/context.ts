import type { Command } from 'commander';
import type { ServeOptions } from '../../server/config/load.ts';
import type { Environment } from '../../server/config/variables.ts';
import type { openForOperator } from '../../server/operator-app.ts';
import type { Lang } from '../../server/protocol/texts.ts';

/** What a command may touch of the world outside, so that tests can run it without a process. */
export interface CliContext {
  readonly env: Environment;
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Where passwords and a yes come from; nothing comes without it. */
  readonly stdin?: Input;
  /** Opens a database that no server runs on; the operator’s verbs that come one after the other may share it. */
  readonly openDatabase?: typeof openForOperator;
  /** The program is `classcord-export`: `classcord export` under that name. */
  readonly isExport?: boolean;
  /** A command that stops gracefully by itself calls this first: Ctrl-C and a closed standard output are its own affair then. */
  readonly takeOver: () => void;
  /** Runs the server until it stops; resolves with the exit code. */
  readonly serve: (options: ServeOptions) => Promise<number>;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface Input extends AsyncIterable<unknown> {
  readonly isTTY?: boolean | undefined;
  setRawMode?(isRaw: boolean): unknown;
}

/** What a noun gets when it is added to the tree. */
export interface NounContext extends CliContext {
  readonly lang: Lang;
  readonly version: string;
  /** Sets the exit code; without it a command that returns exits 0. */
  readonly finish: (code: number) => void;
}

/** Adds `classcord <noun>` with its verbs. Actions import what they need when they run: the tree itself must be there at once. */
export type Noun = (program: Command, context: NounContext) => void;

/** A text for people. */
export type Bilingual = Readonly<Record<Lang, string>>;

/** Colour is for terminals, and for people who want it (no-color.org). */
export function wantsColor(output: Output, env: Environment): boolean {
  return output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
