import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { until } from './server-process.ts';

export interface WindowOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A real terminal: a tmux server of its own, ended with the test. */
export class Tmux {
  readonly #socket: string;

  constructor(t: TestContext) {
    const folder = mkdtempSync(join(tmpdir(), 'classcord-tmux-'));
    this.#socket = join(folder, 'socket');
    t.after(() => {
      try {
        this.run('kill-server');
      } catch {
        // It ends by itself with its last window.
      }
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** A window in which a program runs; it stays when the program ends. */
  open(name: string, command: readonly string[], { columns = 100, rows = 30, env = {} }: WindowOptions = {}): Window {
    const variables = Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
    this.run(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-s',
      name,
      '-x',
      String(columns),
      '-y',
      String(rows),
      ...variables,
      ...quoted(command),
    );
    this.run('set-option', '-g', 'remain-on-exit', 'on');
    this.run('set-option', '-g', 'default-terminal', 'tmux-256color');
    return new Window(this, name);
  }

  run(...args: readonly string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

/** One window of it, with hands and eyes. */
export class Window {
  readonly #tmux: Tmux;
  readonly name: string;

  constructor(tmux: Tmux, name: string) {
    this.#tmux = tmux;
    this.name = name;
  }

  /** What is on the screen, a row a line. */
  text(): string {
    return this.#tmux.run('capture-pane', '-p', '-t', this.name);
  }

  /** The same with its colours. */
  coloured(): string {
    return this.#tmux.run('capture-pane', '-p', '-e', '-N', '-t', this.name);
  }

  /** Types text as it stands. */
  type(text: string): this {
    this.#tmux.run('send-keys', '-t', this.name, '-l', '--', text);
    return this;
  }

  /** Presses keys by the names that tmux has for them. */
  press(...keys: readonly string[]): this {
    this.#tmux.run('send-keys', '-t', this.name, ...keys);
    return this;
  }

  /** Pastes as a terminal does it for programs that want to know. */
  paste(text: string): this {
    this.#tmux.run('set-buffer', '-b', 'pasted', '--', text);
    this.#tmux.run('paste-buffer', '-p', '-r', '-b', 'pasted', '-t', this.name);
    return this;
  }

  resize(columns: number, rows: number): this {
    this.#tmux.run('resize-window', '-t', this.name, '-x', String(columns), '-y', String(rows));
    return this;
  }

  /** Where the cursor stands, from 0. */
  cursor(): { readonly column: number; readonly row: number } {
    const [column = 0, row = 0] = this.#tmux
      .run('display-message', '-p', '-t', this.name, '#{cursor_x} #{cursor_y}')
      .split(' ')
      .map(Number);
    return { column, row };
  }

  /** The process in it. */
  get pid(): number {
    return Number(this.#tmux.run('display-message', '-p', '-t', this.name, '#{pane_pid}'));
  }

  get hasEnded(): boolean {
    return this.#tmux.run('display-message', '-p', '-t', this.name, '#{pane_dead}').trim() === '1';
  }

  /** Waits until that is to be seen; fails with the screen as it is. */
  async until(what: string | RegExp | ((text: string) => boolean)): Promise<string> {
    const isSeen = (text: string) =>
      typeof what === 'string' ? text.includes(what) : typeof what === 'function' ? what(text) : what.test(text);
    let text = '';
    const look = () => {
      text = this.text();
      return isSeen(text) || (this.hasEnded && !isSeen(this.text()));
    };
    await until(look, `${String(what)} in ${this.name}`).catch((error: unknown) => assert.fail(`${(error as Error).message}:\n${text}`));
    assert.ok(isSeen(text), `${this.name} ended without ${String(what)}:\n${text}`);
    return text;
  }
}

/** tmux joins its arguments and gives them to a shell. */
function quoted(command: readonly string[]): string[] {
  return [command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')];
}
