import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { until } from './server-process.ts';

/** A program at work in a process of its own, typed to and read like a terminal. */
export class RunningProgram {
  readonly #child: ChildProcess;
  readonly #end: Promise<number | null>;
  #out = '';
  #err = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdin?.on('error', () => undefined);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#out += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#err += text;
    });
    this.#end = once(child, 'close').then(([code]) => code as number | null);
  }

  get printed(): string {
    return this.#out;
  }

  get errors(): string {
    return this.#err;
  }

  /** What it printed, as objects. */
  get lines(): readonly Readonly<Record<string, unknown>>[] {
    return this.#out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  type(line: string | object): void {
    this.#child.stdin?.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  }

  endInput(text = ''): void {
    this.#child.stdin?.end(text);
  }

  /** Ends its input, and resolves with its exit code. */
  finish(): Promise<number | null> {
    this.endInput();
    return this.#end;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  untilPrinted(text: string): Promise<void> {
    return until(() => this.#out.includes(text) || this.#child.exitCode !== null, `“${text}” in ${this.#out}${this.#err}`);
  }

  untilToldErrors(text: string): Promise<void> {
    return until(() => this.#err.includes(text) || this.#child.exitCode !== null, `“${text}” in ${this.#err}`);
  }

  /** Its exit code, when it ends by itself. */
  ended(): Promise<number | null> {
    return this.#end;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#end;
  }
}
