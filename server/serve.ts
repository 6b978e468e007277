import type { House } from './house.ts';
import { ChatError } from './protocol/errors.ts';
import { text } from './protocol/texts.ts';
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

/** TLS alert 40, handshake failure: what a TLS client understands on a port without a certificate. */
const tlsAlert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28]);

/** Looks at the first bytes, then gives everything to the door they choose (protocol.md §1). */
class Doorway implements ConnectionOwner {
  readonly #lines: ServedLines;
  readonly #house: House;
  #first: Buffer | null = Buffer.alloc(0);
  #isShut = false;
  /** The handshake is begun, or done. */
  #isEncrypted = false;

  constructor(lines: ServedLines, house: House) {
    this.#lines = lines;
    this.#house = house;
    house.served.add(lines);
  }

  /** A fault in what one client sent ends that client's connection, and nothing else. */
  onData(chunk: Buffer): void {
    try {
      if (this.#first === null) this.#lines.onData(chunk);
      else if (!this.#isShut) this.#look(Buffer.concat([this.#first, chunk]));
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
      this.#first = Buffer.alloc(0);
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
