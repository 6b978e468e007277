import type { Output, View } from '../main.ts';
import type { State } from '../model/state.ts';
import type { Program } from '../program.ts';
import { spoken, spokenPrompt } from '../view/spoken.ts';

/** The screen-reader mode: every event is a line of its own, and under them the line in which one writes. */
export class LinearScreen implements View {
  readonly #program: Program;
  readonly #output: Pick<Output, 'write'>;
  readonly #unsubscribe: () => void;
  #drawn: State;
  #prompt = '';

  constructor(program: Program, output: Pick<Output, 'write'>) {
    this.#program = program;
    this.#output = output;
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
    this.#prompt = prompt;
    const spokenLines = lines.map((line) => `${line.replaceAll('\n', '\r\n')}\r\n`).join('');
    this.#output.write(`\r\u001b[2K${spokenLines}${prompt.slice(-(state.screen.columns - 1))}`);
  }
}
