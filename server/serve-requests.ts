import { dispatch } from './commands/dispatch.ts';
import type { Answer } from './commands/row.ts';
import type { House } from './house.ts';
import { ChatError } from './protocol/errors.ts';
import type { Request } from './protocol/index.ts';
import { Answers } from './session/answers.ts';
import type { Session } from './session/session.ts';

/** What a request or a line that is none said: its `type` and `ref` count. */
type About = Readonly<Record<string, unknown>> | null;

/**
 * The requests of one connection under way. They start in the order sent. A `message` does not wait for the commit of the one before
 * it (`inFlight` counts those); everything else runs alone. Whatever is thrown on the way lands here, and becomes one error answer.
 */
export class Requests {
  readonly #session: Session;
  readonly #house: House;
  readonly #onDone: () => void;
  readonly #answers: Answers;
  #inFlight = 0;
  #isBusy = false;
  #isClosed = false;

  constructor(session: Session, house: House, onDone: () => void) {
    this.#session = session;
    this.#house = house;
    this.#onDone = onDone;
    this.#answers = new Answers((text) => session.send(text));
  }

  /** Messages on their way to the disk. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Something runs alone: nothing may start. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  get isIdle(): boolean {
    return !this.#isBusy && this.#inFlight === 0;
  }

  start(request: Request): void {
    this.#house.telemetry.requestHandled(request.type);
    try {
      const { prepared, isPipelined, run } = dispatch(this.#house.table, this.#session, request);
      if (prepared !== null) {
        this.#alone(
          request,
          prepared.then((result) => result ?? run()),
        );
        return;
      }
      const outcome = run();
      if (!(outcome instanceof Promise)) this.#answers.add(this.#session.dialect.reply(request, outcome));
      else if (isPipelined) this.#beside(request, outcome);
      else this.#alone(request, outcome);
    } catch (error) {
      this.refuse(error, request);
    }
  }

  /** Answers with an error. */
  refuse(error: unknown, about: Request | About): void {
    this.#answers.add(this.#errorText(error, about));
  }

  /** The connection is gone: what is still under way runs to its end and is answered to nobody. */
  close(): void {
    this.#isClosed = true;
  }

  /** Runs it while nothing else starts. */
  #alone(request: Request, outcome: Promise<Answer>): void {
    this.#isBusy = true;
    const done = (text: string | null) => {
      this.#isBusy = false;
      this.#answers.add(text);
      this.#onDone();
    };
    outcome.then(
      (result) => done(this.#isClosed ? null : this.#session.dialect.reply(request, result)),
      (error: unknown) => done(this.#errorText(error, request)),
    );
  }

  /** Runs it beside those that follow; its answer keeps its place. */
  #beside(request: Request, outcome: Promise<Answer>): void {
    this.#inFlight += 1;
    const { dialect } = this.#session;
    const place = dialect.isAnswering ? this.#answers.reserve() : null;
    const done = (text: string | null) => {
      this.#inFlight -= 1;
      if (place !== null) this.#answers.settle(place, text);
      else this.#answers.add(text);
      this.#onDone();
    };
    outcome.then(
      (result) => done(place === null ? null : dialect.reply(request, result)),
      (error: unknown) => done(this.#errorText(error, request)),
    );
  }

  #errorText(thrown: unknown, about: Request | About): string | null {
    if (this.#isClosed) return null;
    const { telemetry } = this.#house;
    const error = ChatError.from(thrown);
    telemetry.requestRefused(error.code);
    if (error.code === 'internal') telemetry.fault(error.cause, `request of session ${this.#session.sessionId}`);
    return this.#session.dialect.error(error, about as About, this.#session.lang);
  }
}
