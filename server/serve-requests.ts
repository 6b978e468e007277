import { dispatch } from './commands/dispatch.ts';
import type { Answer } from './commands/row.ts';
import type { House } from './house.ts';
import { ChatError } from './protocol/errors.ts';
import type { Request } from './protocol/index.ts';
import { wire } from './protocol/limits.ts';
import { Answers } from './session/answers.ts';
import type { Session } from './session/session.ts';

/** What a request or a line that is none said: its `type` and `ref` count. */
type About = Readonly<Record<string, unknown>> | null;

/** A request that runs, and how its result is spelled. */
interface Started {
  readonly request: Request;
  readonly reply: (result: Answer) => string | null;
}

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
  /** Starts what waits for the messages in flight. */
  #waiting: (() => void) | null = null;
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

  /**
   * `parseMs`: how long it took to read the line. What others hear of (`offline` after a logout) waits for the messages before it, so
   * that they hear all in the order in which it was said.
   */
  start(request: Request, parseMs: number): void {
    if (this.#inFlight > 0 && this.#house.table[request.type].isHeard === true) {
      this.#isBusy = true;
      this.#waiting = () => {
        this.#isBusy = false;
        this.#start(request, parseMs);
      };
    } else this.#start(request, parseMs);
  }

  #start(request: Request, parseMs: number): void {
    this.#house.telemetry.requestHandled(request.type);
    try {
      const { admittance, table } = this.#house;
      if (this.#session.person === null && table[request.type].isDoor !== true) admittance.nameless(this.#session);
      const { prepared, isPipelined, permission, run } = dispatch(this.#house.table, this.#session, request);
      const reply = this.#spelling(request, { permission, parseMs });
      if (prepared !== null) {
        this.#alone(
          { request, reply },
          prepared.then((result) => result ?? run()),
        );
        return;
      }
      const outcome = run();
      if (!(outcome instanceof Promise)) this.#answers.add(reply(outcome));
      else if (isPipelined) this.#beside({ request, reply }, outcome);
      else this.#alone({ request, reply }, outcome);
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
  #alone({ request, reply }: Started, outcome: Promise<Answer>): void {
    this.#isBusy = true;
    const done = (text: string | null) => {
      this.#isBusy = false;
      this.#answers.add(text);
      this.#onDone();
    };
    outcome.then(
      (result) => done(this.#isClosed ? null : reply(result)),
      (error: unknown) => done(this.#errorText(error, request)),
    );
  }

  /** Runs it beside those that follow; its answer keeps its place. */
  #beside({ request, reply }: Started, outcome: Promise<Answer>): void {
    this.#inFlight += 1;
    const { dialect } = this.#session;
    const place = dialect.isAnswering ? this.#answers.reserve() : null;
    const done = (text: string | null) => {
      this.#inFlight -= 1;
      if (place !== null) this.#answers.settle(place, text);
      else this.#answers.add(text);
      if (this.#inFlight === 0 && this.#waiting !== null) {
        const start = this.#waiting;
        this.#waiting = null;
        if (!this.#isClosed) start();
      }
      this.#onDone();
    };
    outcome.then(
      (result) => done(place === null ? null : reply(result)),
      (error: unknown) => done(this.#errorText(error, request)),
    );
  }

  /** How the result is spelled when it is there; with cap `trace`, followed by what was done. */
  #spelling(request: Request, { permission, parseMs }: { permission: string | null; parseMs: number }): Started['reply'] {
    const session = this.#session;
    if (!session.caps.has('trace')) return (result) => session.dialect.reply(request, result);
    const startedAt = performance.now();
    return (result) => {
      const id = 'id' in result ? Number(result['id']) : null;
      const channel = request.type === 'message' && 'channel' in result ? String(result['channel']) : null;
      const steps: [string, string | number][] = [['parse', round(parseMs)]];
      if (permission !== null) steps.push(['permission', permission]);
      if (id !== null) steps.push(['stored', id]);
      if (channel !== null) steps.push(['fanout', this.#house.audienceOf(channel)]);
      steps.push(['done', round(performance.now() - startedAt)]);
      const { dialect } = session;
      return `${dialect.reply(request, result) ?? ''}${dialect.event({ type: 'trace', ref: request.ref, steps }) ?? ''}`;
    };
  }

  #errorText(thrown: unknown, about: Request | About): string | null {
    if (this.#isClosed) return null;
    const { telemetry } = this.#house;
    const error = ChatError.from(thrown);
    telemetry.requestRefused(error.code, about?.type);
    if (error.code === 'internal') telemetry.fault(error.cause, `request of session ${this.#session.sessionId}`);
    const { dialect, caps, lang } = this.#session;
    const text = dialect.error(error, about as About, lang);
    if (text === null || !caps.has('trace')) return text;
    const ref: unknown = about?.ref;
    const hasRef = typeof ref === 'string' && Buffer.byteLength(ref) <= wire.ref;
    return `${text}${dialect.event({ type: 'trace', ref: hasRef ? ref : undefined, steps: [['refused', error.code]] }) ?? ''}`;
  }
}

/** Milliseconds for people: two decimals. */
function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
