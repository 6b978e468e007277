import type { Dialect, Line } from './dialect/dialect.ts';
import type { House, Served } from './house.ts';
import { ChatError } from './protocol/errors.ts';
import type { Request } from './protocol/index.ts';
import { Requests } from './serve-requests.ts';
import type { Watched } from './session/keepalive.ts';
import { Patience } from './session/patience.ts';
import { Rates } from './session/rates.ts';
import type { Session } from './session/session.ts';
import type { Admitted } from './transport/admission.ts';
import type { CloseReason, ConnectionOwner } from './transport/connection.ts';
import type { GuardedLine } from './transport/line-guard.ts';
import { LineQueue, type LineSource, noLines } from './transport/line-queue.ts';

/**
 * The life of one JSON-lines connection: bytes → lines → requests, in order, until it ends. It reads no faster than its requests
 * run, its rate allows (v1) and its client takes the answers; past each of these bounds the socket is simply not read.
 */
export class ServedLines implements ConnectionOwner, Watched, Served {
  readonly session: Session;
  readonly #house: House;
  readonly #admitted: Admitted;
  #lines: LineSource;
  readonly #requests: Requests;
  readonly #rates: Rates;
  readonly #patience: Patience;
  /** A v1 session waits for its rate. */
  isHeldBack = false;
  /** Admission knows that it has a name. */
  #isNamed = false;
  #isPumping = false;
  /** Lines wait until a request ends, the rate allows more, or the client takes its answers. */
  #isHeld = false;
  #isEnding = false;
  #isDraining = false;
  /** Goodbye was said. */
  isEnded = false;
  heardAt: number | null = null;
  partialSince: number | null = null;

  constructor(session: Session, admitted: Admitted, house: House) {
    this.session = session;
    this.#admitted = admitted;
    this.#house = house;
    this.#lines = new LineQueue(house.parser);
    this.#patience = new Patience(house.limits);
    this.#requests = new Requests(session, house, () => this.#resume());
    this.#rates = new Rates(house.limits.rates);
    session.dismiss = (reason, error) => this.end(reason, error);
    house.hub.add(session);
    house.keepalive.add(this);
  }

  /** Its first bytes asked for another spelling than JSON lines. */
  speak(dialect: Dialect, lines: LineSource): void {
    this.session.dialect = dialect;
    this.#lines = lines;
  }

  /** Asks in its name, before anything that it says itself. */
  ask(request: Request): void {
    this.heardAt = this.#house.clock.monotonic();
    this.#requests.start(request, 0);
  }

  onData(chunk: Buffer): void {
    this.#lines.push(chunk);
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
    if (!this.#isHeld && this.session.lag.isNone) return;
    for (const gap of this.session.lag.takeGaps()) {
      this.#house.telemetry.gapTold();
      this.session.tell({ type: 'gap', ...gap });
    }
    this.#pump();
  }

  onAlive(): void {
    if (this.heardAt !== null) this.heardAt = this.#house.clock.monotonic();
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
    if (this.isEnded) return;
    const text = error === null ? null : this.session.lastWord(reason, error);
    this.#house.hub.settle(this.session);
    this.#leave();
    this.session.connection.close(reason, text === null ? undefined : Buffer.from(text));
  }

  /** A request is done: the next may start. */
  #resume(): void {
    if (this.isEnded) return;
    if (!this.#isNamed && this.session.person !== null) {
      this.#isNamed = true;
      this.#house.admission.named(this.#admitted);
    }
    this.#pump();
  }

  #leave(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const { hub, keepalive, presence, resumes, sessions } = this.#house;
    keepalive.remove(this);
    sessions.cut(this.session, { isResumable: resumes.has(this.session.sessionId) });
    resumes.cut(this.session.sessionId);
    hub.remove(this.session);
    this.#requests.close();
    this.session.end();
    presence.leave(this.session.sessionId);
  }

  get #isFree(): boolean {
    const { inFlight, outboxPauseBytes } = this.#house.limits;
    const mayStart = !this.isHeldBack && !this.#requests.isBusy && this.#requests.inFlight < inFlight;
    return mayStart && !this.isEnded && this.session.connection.queuedBytes <= outboxPauseBytes;
  }

  /** Starts as many requests as may start now. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#isFree) {
      const line = this.#takeLine();
      if (line === undefined) break;
      this.#handle(line);
    }
    this.#isPumping = false;
    this.#settleFlow();
  }

  /** One line at a time before a name is known: the limit, and the dialect, may change with each. */
  #takeLine(): GuardedLine | undefined {
    const { inFlight } = this.#house.limits;
    return this.#lines.take(this.session.person === null ? 1 : inFlight - this.#requests.inFlight, this.#lineLimit);
  }

  get #lineLimit(): number {
    return this.#house.limits[this.session.person === null ? 'lineBytesUnnamed' : 'lineBytes'];
  }

  /** Reads on, or stops reading; ends when the peer has ended and all it said is done. */
  #settleFlow(): void {
    if (this.isEnded) return;
    const { connection } = this.session;
    const hasWork = this.#lines.hasMore;
    this.#isHeld = (hasWork && !this.#isFree) || this.#isDraining;
    if (this.#isHeld) connection.pause();
    else connection.resume();
    if (!this.#lines.hasPartial || !this.#isFree) this.partialSince = null;
    else this.partialSince ??= this.#house.clock.monotonic();
    if (!this.#isEnding || hasWork || this.isHeldBack || !this.#requests.isIdle) return;
    if (this.#isDraining) this.end('drain', goodbye());
    else this.end('client', null);
  }

  #handle(line: GuardedLine): void {
    if ('error' in line) this.#badLine(line.error);
    else if (!line.isUtf8 && this.session.dialect.fallbackCharset === null) this.#badLine('invalid_utf8');
    else this.#ask(line);
  }

  #ask(line: Line): void {
    try {
      const startedAt = this.#house.clock.monotonic();
      const request = this.session.dialect.decode(line);
      this.heardAt = this.#house.clock.monotonic();
      this.#admitted.hasSpoken = true;
      if (request !== null) this.#admit(request, this.heardAt - startedAt);
      if (this.session.dialect.hasLeft === true) {
        this.#lines = noLines;
        this.#isEnding = true;
      }
    } catch (error) {
      this.#requests.refuse(error, line.object);
    }
  }

  #badLine(code: 'bad_json' | 'invalid_utf8' | 'line_too_long'): void {
    const { telemetry, clock } = this.#house;
    telemetry.badLine(code);
    const error = new ChatError(code, { params: { limit: this.#lineLimit } });
    if (error.fatal) this.end('line_too_long', error);
    else if (this.#patience.badLine(clock.monotonic())) this.end('bad_lines', error);
    else this.#requests.refuse(error, null);
  }

  /** Its rate: over it a v1 session is slowed, a v2 session told. */
  #admit(request: Request, parseMs: number): void {
    const { clock, table, telemetry } = this.#house;
    const wait = this.#rates.take(this.session, table[request.type].cost, clock.monotonic());
    if (wait === null) {
      this.#requests.start(request, parseMs);
      return;
    }
    telemetry.slowed(wait.scope);
    if (this.session.dialect.isSlowedOverRate) this.#slow(() => this.#admit(request, parseMs), wait.ms);
    else this.#refuse(request, wait.ms);
  }

  #slow(again: () => void, ms: number): void {
    this.isHeldBack = true;
    this.#house.clock.after(ms, () => {
      this.isHeldBack = false;
      if (this.isEnded) return;
      this.heardAt = this.#house.clock.monotonic();
      again();
      this.#pump();
    });
  }

  #refuse(request: Request, retryAfterMs: number): void {
    const isTooOften = this.#patience.refusal(this.#house.clock.monotonic());
    const error = new ChatError('rate_limited', { retryAfterMs, fatal: isTooOften });
    if (isTooOften) this.end('flood', error);
    else this.#requests.refuse(error, request);
  }
}

/** What everybody is told at a stop; when to come back is spread over some seconds, so that not all come at once. */
export function goodbye(): ChatError {
  return new ChatError('draining', { retryAfterMs: 1000 + Math.floor(Math.random() * 4000) });
}
