import { ChatError } from '../client/main.ts';
import type { Ask } from './model/step.ts';

export type Answer = Readonly<Record<string, unknown>>;
export interface Question {
  readonly ask: Ask;
  /** Somebody typed it: it goes before what the client asks by itself. */
  readonly isAsked: boolean;
}

interface Options {
  readonly request: (ask: Ask) => Promise<Answer>;
  readonly onAnswer: (question: Question, answer: Answer) => void;
  readonly onRefusal: (question: Question, error: ChatError) => void;
  readonly wait?: (ms: number) => Promise<void>;
}

/** Questions that wait; one more is refused at once. */
const mostWaiting = 200;
const mostTries = 8;
/** Without a word of the server about when. */
const waitMs = 1000;

/**
 * Requests one after the other. A server measures out how much one may ask in a second; what it refuses for the moment is asked again
 * when the time that it named is over, so that opening ten channels works, only not at once.
 */
export class Questions {
  readonly #options: Options;
  #waiting: Question[] = [];
  #isAsking = false;

  constructor(options: Options) {
    this.#options = options;
  }

  ask(question: Question): void {
    const isKnown = !question.isAsked && this.#waiting.some(({ ask }) => JSON.stringify(ask) === JSON.stringify(question.ask));
    if (isKnown) return;
    if (this.#waiting.length >= mostWaiting) {
      this.#options.onRefusal(question, new ChatError('server_busy'));
      return;
    }
    const typed = this.#waiting.findIndex(({ isAsked }) => !isAsked);
    if (question.isAsked && typed >= 0) this.#waiting.splice(typed, 0, question);
    else this.#waiting.push(question);
    if (!this.#isAsking) void this.#run();
  }

  /** Whoever asked is gone. */
  clear(): void {
    this.#waiting = [];
  }

  async #run(): Promise<void> {
    this.#isAsking = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) await this.#one(next);
    this.#isAsking = false;
  }

  async #one(question: Question): Promise<void> {
    const outcome = await this.answered(question.ask).catch((thrown: unknown) => ChatError.from(thrown));
    if (outcome instanceof ChatError) this.#options.onRefusal(question, outcome);
    else this.#options.onAnswer(question, outcome);
  }

  /** Asks beside the queue, again and again while the server is only too busy. */
  async answered(ask: Ask): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#options.request(ask);
      } catch (thrown) {
        const error = ChatError.from(thrown);
        if (tries >= mostTries || !(error.code === 'rate_limited' || error.code === 'server_busy')) throw error;
        await (this.#options.wait ?? pause)(error.details.retryAfterMs ?? waitMs);
      }
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms + 20));
}
