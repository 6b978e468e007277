import { PerMinute } from './base/per-minute.ts';
import { dispatch } from './commands/dispatch.ts';
import { ChatError } from './protocol/errors.ts';
import type { Request, Result } from './protocol/index.ts';
import type { House } from './serve.ts';
import { Answers } from './session/answers.ts';
import type { Watched } from './session/keepalive.ts';
import { Rates } from './session/rates.ts';
import type { Session } from './session/session.ts';
import type { Admitted } from './transport/admission.ts';
import type { CloseReason, ConnectionOwner } from './transport/connection.ts';
import { type GuardedLine, LineGuard } from './transport/line-guard.ts';

/**
 * The life of one JSON-lines connection: bytes → lines → requests → answers, in order, until it ends.
 *
 * Requests start in the order sent. A `message` does not wait for the commit of the one before it; at most `inFlight` are on
 * their way to the disk, then the socket is not read. Everything else runs alone. Any throw on the way lands in `#fail`.
 */
export class ServedLines implements ConnectionOwner, Watched {
  readonly session: Session;
  readonly #house: House;
  readonly #admitted: Admitted;
  readonly #guard: LineGuard;
  readonly #answers: Answers;
  readonly #rates: Rates;
  readonly #badLines = new PerMinute();
  readonly #refusals = new PerMinute();
  #lines: readonly GuardedLine[] = [];
  #next = 0;
  #inFlight = 0;
  /** Something runs alone, or a v1 session waits for its rate. */
  #isHeld = false;
  #isSlowed = false;
  #isPumping = false;
  #isEnding = false;
  #isDraining = false;
  #isClosed = false;
  heardAt: number | null = null;
  partialSince: number | null = null;

  constructor(session: Session, admitted: Admitted, house: House) {
    this.session = session;
    this.#admitted = admitted;
    this.#house = house;
    this.#guard = new LineGuard(house.parser);
    this.#answers = new Answers((text) => session.send(text));
    this.#rates = new Rates(house.limits.rates);
    house.hub.add(session);
    house.keepalive.add(this);
  }

  /** Goodbye was said. */
  get isEnded(): boolean {
    return this.#isClosed;
  }

  get isHeldBack(): boolean {
    return this.#isSlowed;
  }

  onData(chunk: Buffer): void {
    this.#guard.push(chunk);
    this.#pump();
  }

  onEnd(): void {
    this.#isEnding = true;
    this.#pump();
  }

  onQueued(bytes: number): void {
    if (bytes > this.#house.limits.outboxBytes) this.end('slow_consumer', new ChatError('slow_consumer'));
  }

  onDrain(): void {
    this.#pump();
  }

  onClose(reason: CloseReason): void {
    this.#leave();
    const { connection, person } = this.session;
    this.#house.admission.leave(this.#admitted);
    this.#house.telemetry.connectionClosed(connection, reason, person?.name);
  }

  /** Finishes what was received, says goodbye, and closes (shutdown). */
  drain(): void {
    this.#isEnding = true;
    this.#isDraining = true;
    this.session.connection.pause();
    this.#pump();
  }

  /** Says why, and closes. From now on nothing of this connection runs, and nothing reaches it. */
  end(reason: CloseReason, error: ChatError | null): void {
    if (this.#isClosed) return;
    const text = error === null ? null : this.session.dialect.error(error, null, this.session.lang);
    this.#leave();
    this.session.connection.close(reason, text === null ? undefined : Buffer.from(text));
  }

  #leave(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { hub, keepalive, presence } = this.#house;
    keepalive.remove(this);
    hub.remove(this.session);
    this.session.end();
    presence.leave(this.session.sessionId);
  }

  get #isFree(): boolean {
    const { inFlight, outboxPauseBytes } = this.#house.limits;
    return !this.#isHeld && !this.#isClosed && this.#inFlight < inFlight && this.session.connection.queuedBytes <= outboxPauseBytes;
  }

  /** Starts as many requests as may start now. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#isFree) {
      const line = this.#lines[this.#next];
      if (line !== undefined) {
        this.#next += 1;
        this.#handle(line);
        continue;
      }
      this.#lines = this.#takeLines();
      this.#next = 0;
      if (this.#lines.length === 0) break;
    }
    this.#isPumping = false;
    this.#settleFlow();
  }

  /** One line at a time before a name is known: the limit, and the dialect, may change with each. */
  #takeLines(): readonly GuardedLine[] {
    const { lineBytes, lineBytesUnnamed, inFlight } = this.#house.limits;
    if (this.session.person === null) return this.#guard.take(1, lineBytesUnnamed);
    return this.#guard.take(inFlight - this.#inFlight, lineBytes);
  }

  /** Reads on, or stops reading; ends when the peer has ended and all it said is done. */
  #settleFlow(): void {
    if (this.#isClosed) return;
    const { connection } = this.session;
    const hasWork = this.#guard.hasUnread || this.#next < this.#lines.length;
    if ((hasWork && !this.#isFree) || this.#isDraining) connection.pause();
    else connection.resume();
    if (!this.#guard.hasPartial || this.#isHeld) this.partialSince = null;
    else this.partialSince ??= this.#house.clock.monotonic();
    if (this.#isEnding && !hasWork && !this.#isHeld && this.#inFlight === 0) this.#finish();
  }

  #finish(): void {
    if (this.#isDraining) this.end('drain', new ChatError('draining'));
    else this.end('client', null);
  }

  #handle(line: GuardedLine): void {
    const { dialect } = this.session;
    if ('error' in line) return this.#badLine(line.error);
    if (!line.isUtf8 && dialect.fallbackCharset === null) return this.#badLine('invalid_utf8');
    try {
      const request = dialect.decode(line);
      this.heardAt = this.#house.clock.monotonic();
      this.#admitted.hasSpoken = true;
      if (request !== null) this.#admit(request);
    } catch (error) {
      this.#fail(error, line.object);
    }
  }

  #badLine(code: 'bad_json' | 'invalid_utf8' | 'line_too_long'): void {
    const { telemetry, clock, limits } = this.#house;
    telemetry.badLine(code);
    const limit = this.session.person === null ? limits.lineBytesUnnamed : limits.lineBytes;
    const error = new ChatError(code, { params: { limit } });
    if (error.fatal) return this.end('line_too_long', error);
    if (this.#badLines.add(clock.monotonic()) >= limits.badLinesPerMinute) return this.end('bad_lines', error);
    this.#answers.add(this.session.dialect.error(error, null, this.session.lang));
  }

  /** Its rate: over it a v1 session is slowed, a v2 session told. */
  #admit(request: Request): void {
    const { clock, table, telemetry } = this.#house;
    const wait = this.#rates.take(this.session, table[request.type].cost, clock.monotonic());
    if (wait === null) return this.#start(request);
    telemetry.slowed(wait.scope);
    if (!this.session.dialect.isSlowedOverRate) return this.#refuse(request, wait.ms);
    this.#isHeld = true;
    this.#isSlowed = true;
    clock.after(wait.ms, () => {
      this.#isHeld = false;
      this.#isSlowed = false;
      if (this.#isClosed) return;
      this.heardAt = clock.monotonic();
      this.#admit(request);
      this.#pump();
    });
  }

  #refuse(request: Request, retryAfterMs: number): void {
    const { clock, limits } = this.#house;
    const isTooOften = this.#refusals.add(clock.monotonic()) >= limits.refusalsPerMinute;
    const error = new ChatError('rate_limited', { retryAfterMs, fatal: isTooOften });
    if (isTooOften) this.end('flood', error);
    else this.#fail(error, request);
  }

  #start(request: Request): void {
    this.#house.telemetry.requestHandled(request.type);
    try {
      const { prepared, isPipelined, run } = dispatch(this.#house.table, this.session, request);
      if (prepared !== null)
        this.#alone(
          request,
          prepared.then((result) => result ?? run()),
        );
      else {
        const outcome = run();
        if (!(outcome instanceof Promise)) this.#answers.add(this.session.dialect.reply(request, outcome));
        else if (isPipelined) this.#beside(request, outcome);
        else this.#alone(request, outcome);
      }
    } catch (error) {
      this.#fail(error, request);
    }
  }

  /** Runs it while nothing else starts. */
  #alone(request: Request, outcome: Promise<Result>): void {
    this.#isHeld = true;
    const done = () => {
      this.#isHeld = false;
      if (this.session.person !== null) this.#house.admission.named(this.#admitted);
      if (!this.#isClosed) this.#pump();
    };
    outcome
      .then((result) => this.#answers.add(this.session.dialect.reply(request, result)))
      .catch((error: unknown) => this.#fail(error, request))
      .finally(done);
  }

  /** Runs it beside those that follow; its answer keeps its place. */
  #beside(request: Request, outcome: Promise<Result>): void {
    this.#inFlight += 1;
    const { dialect } = this.session;
    const place = dialect.isAnswering ? this.#answers.reserve() : null;
    const done = (text: string | null) => {
      this.#inFlight -= 1;
      if (place !== null) this.#answers.settle(place, text);
      else this.#answers.add(text);
      if (!this.#isClosed) this.#pump();
    };
    outcome.then(
      (result) => done(place === null ? null : dialect.reply(request, result)),
      (error: unknown) => done(this.#errorText(error, request)),
    );
  }

  #fail(error: unknown, about: Readonly<Record<string, unknown>> | Request): void {
    if (this.#isClosed) return;
    this.#answers.add(this.#errorText(error, about));
  }

  #errorText(thrown: unknown, about: Readonly<Record<string, unknown>> | Request): string | null {
    if (this.#isClosed) return null;
    const error = ChatError.from(thrown);
    this.#house.telemetry.requestRefused(error.code);
    if (error.code === 'internal') this.#house.telemetry.fault(error.cause, `request of session ${this.session.sessionId}`);
    return this.session.dialect.error(error, about as Readonly<Record<string, unknown>>, this.session.lang);
  }
}
