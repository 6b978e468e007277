import type { Output, View } from '../main.ts';
import type { State } from '../model/state.ts';
import type { Program } from '../program.ts';
import { widthOf } from '../text/width.ts';
import { spoken, spokenPrompt } from '../view/spoken.ts';

/** The screen-reader mode: every event is a line of its own, and under them the line in which one writes. */
export class LinearScreen implements View {
  readonly #program: Program;
  readonly #output: Pick<Output, 'write'>;
  readonly #unsubscribe: () => void;
  #drawn: State;
  readonly #isBare: boolean;
  #prompt = '';
  /** What of the prompt stands on the line. */
  #written = '';

  /** `isBare`: the terminal knows no sequence, not even the one that empties a line. */
  constructor(program: Program, output: Pick<Output, 'write'>, { isBare }: { readonly isBare: boolean }) {
    this.#program = program;
    this.#output = output;
    this.#isBare = isBare;
    this.#drawn = { ...program.state, mode: { kind: 'compose' } };
    this.#unsubscribe = program.subscribe(() => this.#draw());
    this.#draw();
  }

  resize(): void {}

  redraw(): void {
    this.#prompt = '';
    this.#draw();
  }

  stop(): void {
    this.#unsubscribe();
  }

  #draw(): void {
    const state = this.#program.shown();
    const lines = spoken(this.#drawn, state);
    const prompt = spokenPrompt(state);
    this.#drawn = state;
    if (lines.length === 0 && prompt === this.#prompt) return;
    const empty = this.#isBare ? `\r${' '.repeat(widthOf(this.#written))}\r` : '\r\u001b[2K';
    this.#prompt = prompt;
    this.#written = prompt.slice(-(state.screen.columns - 1));
    const spokenLines = lines.map((line) => `${line.replaceAll('\n', '\r\n')}\r\n`).join('');
    this.#output.write(`${empty}${spokenLines}${this.#written}`);
  }
}
