import type { State } from './model/state.ts';
import type { Effect } from './model/step.ts';
import type { ModelEvent } from './model.ts';
import { update } from './model.ts';

export interface ProgramOptions {
  readonly perform: (effect: Effect) => void;
  readonly now?: () => number;
}

/** Between two drawings of the screen: a dozen a second are fluent, and cost a third of what thirty do. */
export const drawEveryMs = 80;

/**
 * Runs the model: each event at once, the screen only now and then. What the screen sees stays the same between two drawings.
 */
export class Program {
  #state: State;
  #shown: State;
  readonly #options: ProgramOptions;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;
  #drawnAt = 0;

  constructor(initial: State, options: ProgramOptions) {
    this.#state = initial;
    this.#shown = initial;
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  readonly shown = (): State => this.#shown;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  readonly dispatch = (event: ModelEvent): void => {
    const [state, effects] = update(this.#state, event, this.#options.now?.() ?? Date.now());
    this.#state = state;
    for (const effect of effects) this.#options.perform(effect);
    this.#schedule();
  };

  /** The first change after a pause is drawn at once, so that a key is felt; those that follow wait for each other. */
  #schedule(): void {
    if (this.#timer !== null || !this.#isChanged()) return;
    const wait = Math.max(0, this.#drawnAt + drawEveryMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#drawnAt = performance.now();
      this.#shown = this.#state;
      for (const changed of this.#listeners) changed();
    }, wait);
  }

  /** Lines of the wire that nobody looks at, and the time, are no reason to draw. */
  #isChanged(): boolean {
    const { wire, now, ...seen } = this.#state;
    const { wire: wireBefore, now: nowBefore, ...before } = this.#shown;
    const isWireSeen = seen.panes.wire && wire !== wireBefore;
    const isTimeSeen = seen.link.state === 'waiting' && now !== nowBefore;
    const keys = Object.keys(seen) as (keyof typeof seen)[];
    return isWireSeen || isTimeSeen || keys.some((key) => seen[key] !== before[key]);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
