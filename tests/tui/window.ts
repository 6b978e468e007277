import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { classcord } from '../support/program.ts';
import { until } from '../support/server-process.ts';
import { Tmux, type Window, type WindowOptions } from '../support/tmux.ts';

interface ChatOptions extends WindowOptions {
  readonly home?: string;
  /** What the program is told that it runs in; tmux has a word of its own for that. */
  readonly term?: string;
  /** Whether the command line names the server. */
  readonly isAddressed?: boolean;
}

export interface ChatWindows {
  /** `classcord chat` in a window of its own, with settings of its own. */
  readonly open: (name: string, args?: readonly string[], options?: ChatOptions) => Window;
  readonly folder: (name: string) => string;
}

/** Terminals in which the real program runs. */
export function chatWindows(t: TestContext, { port }: { readonly port: number }): ChatWindows {
  const tmux = new Tmux(t);
  const base = mkdtempSync(join(tmpdir(), 'classcord-chat-'));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  return {
    folder: (name) => join(base, name),
    open(name, args = ['--guest', name], { home = name, env = {}, term, isAddressed = true, ...options } = {}) {
      const given = { XDG_CONFIG_HOME: join(base, home), LC_ALL: 'C.UTF-8', ...env };
      const asTerm = term === undefined ? [] : ['env', `TERM=${term}`];
      const address = isAddressed ? [`127.0.0.1:${port}`] : [];
      return tmux.open(name, [...asTerm, process.execPath, ...classcord(), 'chat', ...address, ...args], { ...options, env: given });
    },
  };
}

/** Comes in with a new account. */
export async function register(window: Window, name: string): Promise<void> {
  await window.until('How you come in');
  window.press('3');
  await window.until('Your name:');
  window.type(name).press('Enter');
  await window.until('Password');
  window.type(`password of ${name}`).press('Enter');
  await window.until('once more');
  window.type(`password of ${name}`).press('Enter');
  await window.until(`${name} · connected`);
}

/** Goes back, page by page, until the text is seen. */
export async function scrollsBackTo(window: Window, text: string): Promise<void> {
  await window.until((seen) => {
    if (!seen.includes(text)) window.press('PageUp');
    return seen.includes(text);
  });
}

type Sizes = readonly (readonly [columns: number, rows: number])[];

/** Draws the whole screen at each size: input and cursor at the foot, status above it, the panes where there is room, the newest line. */
export async function fitsAnySize(
  window: Window,
  sizes: Sizes,
  { name, input, newest }: Readonly<Record<'name' | 'input' | 'newest', string>>,
): Promise<void> {
  for (const [columns, rows] of sizes) {
    window.resize(columns, rows);
    await window.until((seen) => {
      const lines = seen.trimEnd().split('\n');
      const isWhole = lines.length === rows && (lines.at(-1) ?? '').startsWith(input) && (lines.at(-2) ?? '').startsWith(`── ${name}`);
      return isWhole && seen.includes(newest) && seen.includes('1 #general') === columns >= 80;
    });
    await until(() => window.cursor().row === rows - 1 && window.cursor().column === input.length, 'the cursor in the input');
  }
}
