import { ChatError, errorCodes } from '../../server/protocol/errors.ts';
import { BackOff } from './back-off.ts';
import type { StateEvent } from './events.ts';
import { identify, introduce, type Me } from './greeting.ts';
import { type Line, type Link, openLink } from './link.ts';
import type { ClientLimits, ConnectOptions, Identity, Timers } from './options.ts';
import type { Question, Tell, Tongue } from './tongue.ts';

/** A connection with a name. */
export interface Online {
  readonly tongue: Tongue;
  readonly link: Link;
  readonly hello: Line | null;
  readonly me: Me;
}
interface Parts {
  readonly options: ConnectOptions;
  readonly limits: ClientLimits;
  readonly timers: Timers;
  /** What the server says unasked, from the first line on. */
  readonly tell: Tell;
  readonly onState: (event: StateEvent) => void;
  /** What takes the former session up again; null: there is none. Called before a name is asked for. */
  readonly resume: () => Question | null;
  /** A name is asked for anew. */
  readonly onAnew: () => void;
  readonly onOnline: (online: Online) => void;
  readonly onCut: (error: ChatError) => void;
}

/** Keeps a client connected: it connects, finds out what the server speaks, gives itself a name, and begins again after a cut. */
export class Lifeline {
  readonly #parts: Parts;
  readonly #backOff: BackOff;
  readonly #mayReturn: boolean;
  #identity: Identity;
  #link: Link | null = null;
  #abort: AbortController | null = null;
  #wake: (() => void) | null = null;
  #isClosed = false;
  #wasOnline = false;
  /** The server has answered `hello` once, so it will again, however late. */
  #knowsV2 = false;
  /** The server hung up on `hello`: the next attempt does without. */
  #isHelloDeadly = false;
  #isLate = false;
  /** What the server said before it hung up. */
  #fatal: ChatError | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#identity = parts.options.identity;
    const { reconnect = true, random = Math.random } = parts.options;
    this.#mayReturn = reconnect !== false;
    this.#backOff = new BackOff(typeof reconnect === 'object' ? reconnect : {}, random);
  }

  /** Runs until `close`, or until there is no point in going on; resolves with the reason. */
  async run(): Promise<ChatError | null> {
    for (;;) {
      const error = await this.#attempt();
      if (this.#isClosed) return null;
      this.#parts.onCut(error);
      const wait = this.#waitAfter(error);
      if (wait === null) return error;
      if (wait > 0) await this.#rest(wait, error);
      if (this.#isClosed) return null;
    }
  }

  /** One's password is another one now: the next login says that one. */
  renew(password: string): void {
    if ('password' in this.#identity) this.#identity = { ...this.#identity, password };
  }

  retryNow(): void {
    this.#wake?.();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#abort?.abort();
    this.#wake?.();
    await this.#link?.close();
  }

  /** Cuts the connection: it is no good any more. */
  drop(): void {
    this.#link?.destroy(new Error('the server does not answer'));
  }

  /** One connection from its beginning to its end; resolves with what ended it. */
  async #attempt(): Promise<ChatError> {
    const { limits, timers, onState } = this.#parts;
    onState({ type: 'state', state: 'connecting' });
    const abort = new AbortController();
    this.#abort = abort;
    const cancel = timers.after(limits.greetingMs, () => abort.abort(new Error('the server does not answer')));
    try {
      return await this.#converse(abort, cancel);
    } catch (error) {
      return this.#fatal ?? ChatError.from(error);
    } finally {
      cancel();
      this.#link?.destroy();
      this.#link = null;
    }
  }

  async #converse({ signal }: AbortController, onGreeted: () => void): Promise<ChatError> {
    const { options, onOnline } = this.#parts;
    const { host = '127.0.0.1', port = 12345, tls = false, onWire } = options;
    this.#fatal = null;
    const choice = tls === false ? null : tls === true ? {} : tls;
    const link = await openLink({ host, port, tls: choice, onWire, signal });
    this.#link = link;
    signal.addEventListener('abort', () => link.destroy(signal.reason), { once: true });
    let onEnd: (error: ChatError) => void = () => undefined;
    const end = new Promise<ChatError>((resolve) => {
      onEnd = resolve;
    });
    const { tongue, hello } = await this.#introduce(link, onEnd);
    const { resume, onAnew } = this.#parts;
    const me = await identify(tongue, this.#identity, { link, resume: resume(), onAnew });
    onGreeted();
    this.#backOff.reset();
    this.#wasOnline = true;
    onOnline({ tongue, link, hello, me });
    const error = await end;
    return this.#fatal ?? error;
  }

  async #introduce(link: Link, onEnd: (error: ChatError) => void): ReturnType<typeof introduce> {
    const { options, limits, timers, tell } = this.#parts;
    const isSilent = this.#isHelloDeadly;
    this.#isHelloDeadly = false;
    const patienceMs = isSilent ? 0 : this.#knowsV2 ? limits.greetingMs : limits.helloMs;
    const hear: Tell = (event) => {
      if (event.type === 'refused' && event.error.fatal) this.#fatal = event.error;
      tell(event);
    };
    const onLateHello = () => {
      this.#knowsV2 = true;
      this.#isLate = true;
      link.destroy(new Error('the server speaks v2 after all'));
    };
    try {
      const introduced = await introduce(link, { options, timers, patienceMs, tell: hear, onEnd, onLateHello });
      this.#knowsV2 ||= introduced.hello !== null;
      return introduced;
    } catch (error) {
      this.#isHelloDeadly = !isSilent && !this.#knowsV2 && ChatError.from(error).code === 'unreachable';
      throw error;
    }
  }

  /** Null: there is no point in trying again. */
  #waitAfter(error: ChatError): number | null {
    if (this.#isLate || this.#isHelloDeadly) {
      this.#isLate = false;
      return 0;
    }
    const mayTry = this.#wasOnline ? this.#mayReturn : this.#parts.options.isPatient === true;
    return mayTry && mayPass(error) ? this.#backOff.next(error.details.retryAfterMs) : null;
  }

  #rest(retryInMs: number, error: ChatError): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        this.#wake = null;
        resolve();
      };
      const cancel = this.#parts.timers.after(retryInMs, wake);
      this.#wake = wake;
      this.#parts.onState({ type: 'state', state: 'waiting', retryInMs, error });
    });
  }
}

/** Whoever was sent away, or made room for another session of the account, does not come back by itself; a line too long says nothing of the next. */
function mayPass({ code }: ChatError): boolean {
  return errorCodes[code].retryable || code === 'line_too_long';
}
