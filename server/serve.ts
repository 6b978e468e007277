import type { Dialect } from './dialect/dialect.ts';
import type { House } from './house.ts';
import { ChatError } from './protocol/errors.ts';
import { type Lang, text } from './protocol/texts.ts';
import { ServedLines } from './serve-lines.ts';
import { Session } from './session/session.ts';
import type { AddressEntry } from './transport/address-book.ts';
import type { CloseReason, Connection, ConnectionOwner } from './transport/connection.ts';
import { type Door, doorOf } from './transport/door.ts';
import { PlainLines } from './transport/plain-lines.ts';

/** Takes a connection in: it is silent until the client speaks, and its first bytes choose the door. */
export function serve(connection: Connection, place: AddressEntry, house: House): ConnectionOwner {
  const now = house.clock.monotonic();
  const admitted = house.admission.enter(place, connection);
  const session = new Session(connection, place, { dialect: house.v1, lang: house.lang, now });
  house.telemetry.connectionOpened(connection);
  return new Doorway(new ServedLines(session, admitted, house), house);
}

/** How a connection begins that has chosen its door before: over HTTP. */
export interface Opening {
  readonly dialect: Dialect;
  readonly lang: Lang;
  readonly caps: Session['caps'];
  /** It speaks for accounts only, and must have logged in after so many milliseconds. Null: a guest may speak. */
  readonly loginWithinMs: number | null;
}

/** Takes in a connection that speaks from its first line on as `opening` says. */
export function serveOpened(connection: Connection, { entry, opening }: { entry: AddressEntry; opening: Opening }, house: House): Opened {
  const now = house.clock.monotonic();
  const { dialect, lang, caps, loginWithinMs } = opening;
  const session = new Session(connection, entry, { dialect, lang, now });
  session.caps = caps;
  session.loginBy = loginWithinMs === null ? null : now + loginWithinMs;
  const lines = new ServedLines(session, house.admission.enter(entry, connection), house);
  house.telemetry.connectionOpened(connection);
  return { owner: new Doorway(lines, house, null), lines };
}

/** A connection taken in, and what asks in its name. */
export interface Opened {
  readonly owner: ConnectionOwner;
  readonly lines: ServedLines;
}

/** TLS alert 40, handshake failure: what a TLS client understands on a port without a certificate. */
const tlsAlert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28]);

const noBytes = Buffer.alloc(0);

/** Looks at the first bytes, then gives everything to the door they choose (protocol.md §1). */
class Doorway implements ConnectionOwner {
  readonly #lines: ServedLines;
  readonly #house: House;
  /** All that came before the door was known; null: it is known. */
  #first: Buffer | null;
  #isShut = false;
  /** The handshake is begun, or done. */
  #isEncrypted = false;

  constructor(lines: ServedLines, house: House, first: Buffer | null = noBytes) {
    this.#first = first;
    this.#lines = lines;
    this.#house = house;
    house.served.add(lines);
  }

  /** A fault in what one client sent ends that client's connection, and nothing else. */
  onData(chunk: Buffer): void {
    try {
      if (this.#first === null) this.#lines.onData(chunk);
      else if (!this.#isShut) this.#look(this.#first.length === 0 ? chunk : Buffer.concat([this.#first, chunk]));
    } catch (error) {
      this.#house.telemetry.fault(error, `connection ${this.#lines.session.sessionId}`);
      this.#lines.session.connection.destroy('error');
    }
  }

  onEnd(): void {
    if (!this.#isShut) this.#lines.onEnd();
  }

  onQueued(bytes: number): void {
    this.#lines.onQueued(bytes);
  }

  onDrain(): void {
    this.#lines.onDrain();
  }

  onAlive(): void {
    this.#lines.onAlive();
  }

  onClose(reason: CloseReason): void {
    this.#house.served.delete(this.#lines);
    this.#lines.onClose(reason);
  }

  #look(first: Buffer): void {
    this.#first = first;
    const door = doorOf(first);
    if (door === null) return;
    if (door === 'tls' && !this.#isEncrypted && this.#lines.session.connection.encrypt(first)) {
      this.#isEncrypted = true;
      this.#first = noBytes;
      return;
    }
    const isRefused = this.#house.needsTls && !this.#isEncrypted;
    if ((door === 'lines' || door === 'plain') && !isRefused) {
      this.#first = null;
      if (door === 'plain') this.#speakPlain();
      this.#lines.onData(first);
      return;
    }
    this.#isShut = true;
    this.#answer(door).then(
      (answer) => this.#lines.session.connection.close('door', answer),
      (error: unknown) => this.#house.telemetry.fault(error, `door ${door}`),
    );
  }

  /** A person at a terminal: told of all that people want to hear (the typing of others is not of it). */
  #speakPlain(): void {
    this.#lines.speak(this.#house.plain(), new PlainLines());
    this.#lines.session.caps = new Set(['reactions', 'edits', 'members', 'notifications']);
  }

  /** The last word to whoever may not speak here. */
  async #answer(door: Door): Promise<Buffer> {
    const { lang, mayAskMetrics, metricsText, plain, v1 } = this.#house;
    const { connection } = this.#lines.session;
    const { address } = connection;
    if (door === 'lines' || door === 'plain') {
      this.#house.telemetry.plaintextRefused(connection);
      return Buffer.from((door === 'plain' ? plain() : v1).error(new ChatError('tls_required'), null, lang) ?? '');
    }
    if (door === 'tls') {
      this.#house.telemetry.tlsRefused(connection);
      return tlsAlert;
    }
    if (door === 'metrics') return Buffer.from(mayAskMetrics(address) ? await metricsText() : '');
    const body = `${text(lang, 'http_port')}\n`;
    return Buffer.from(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
}
