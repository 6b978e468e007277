import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { cleanText } from '../../server/protocol/clean.ts';
import { ChatError } from '../../server/protocol/errors.ts';
import { wire } from '../../server/protocol/limits.ts';
import type { Peer, TlsChoice } from './options.ts';

export type Line = Readonly<Record<string, unknown>>;
/** What listens to a link; `onEnd` comes once, and nothing after it. */
export interface LinkOwner {
  onLine(line: Line): void;
  onEnd(error: ChatError): void;
}
export interface LinkPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsChoice | null;
  readonly onWire: ((direction: 'in' | 'out', line: string) => void) | undefined;
  /** Gives up the attempt. */
  readonly signal: AbortSignal;
}

/** The longest line that is read: the server's longest, were all of it escaped. */
const mostLineBytes = 6 * wire.serverLineBytes;
const newline = 0x0a;
const endMs = 2000;

/** One connection to a server: objects go out as lines, lines come in as clean objects. */
export class Link {
  readonly isEncrypted: boolean;
  readonly place: { readonly host: string; readonly port: number };
  readonly #socket: Socket;
  readonly #onWire: LinkPlace['onWire'];
  #owner: LinkOwner | null = null;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isOver = false;

  constructor(socket: Socket, place: LinkPlace) {
    this.#socket = socket;
    this.isEncrypted = place.tls !== null;
    this.place = { host: place.host, port: place.port };
    this.#onWire = place.onWire;
    socket.setNoDelay(true).setKeepAlive(true, 30_000);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (cause) => this.#end(cause));
    socket.on('close', () => this.#end(undefined));
  }

  /** A secret that only the two ends of this encrypted connection have (RFC 9266); null: it is not encrypted. */
  get binding(): Buffer | null {
    if (!(this.#socket instanceof TLSSocket)) return null;
    return this.#socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
  }

  set owner(owner: LinkOwner) {
    this.#owner = owner;
  }

  /** `isAscii`: course servers hang up on characters that a segment cuts in two. Resolves when the line has left the process. */
  send(object: object, isAscii = false): Promise<void> {
    const json = JSON.stringify(object);
    this.#onWire?.('out', withoutSecrets(json));
    const line = isAscii ? json.replace(/[\u007f-\uffff]/g, escaped) : json;
    return new Promise((resolve, reject) => {
      this.#socket.write(`${line}\n`, (cause) => (cause ? reject(new ChatError('unreachable', { cause })) : resolve()));
    });
  }

  /** Ends in good order: what was sent arrives. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) {
        resolve();
        return;
      }
      const late = setTimeout(() => this.#socket.destroy(), endMs);
      this.#socket.once('close', () => {
        clearTimeout(late);
        resolve();
      });
      this.#socket.end();
    });
  }

  destroy(cause?: unknown): void {
    this.#socket.destroy();
    this.#end(cause);
  }

  #read(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0 && !this.#isOver; end = chunk.indexOf(newline, from)) {
      this.#pieces.push(chunk.subarray(from, end));
      from = end + 1;
      const text = Buffer.concat(this.#pieces).toString('utf8');
      this.#pieces = [];
      this.#bytes = 0;
      this.#take(text);
    }
    if (from < chunk.length) this.#pieces.push(chunk.subarray(from));
    this.#bytes += chunk.length - from;
    if (this.#bytes > mostLineBytes) this.destroy(new Error('the server sent a line without an end'));
  }

  /** What is no object is skipped: one bad line of a server does not end a conversation. */
  #take(text: string): void {
    this.#onWire?.('in', cleanText(withoutSecrets(text.trimEnd())));
    let line: unknown;
    try {
      line = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof line === 'object' && line !== null && !Array.isArray(line)) this.#owner?.onLine(cleaned(line, 0) as Line);
  }

  #end(cause: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner?.onEnd(new ChatError('unreachable', { cause }));
  }
}

/** Connects. Rejects with `unreachable` when nobody is there, or when the certificate is not the right one. */
export function openLink(place: LinkPlace): Promise<Link> {
  const { host, port, tls, signal } = place;
  return new Promise((resolve, reject) => {
    const socket = tls === null ? connectTcp({ host, port }) : connectTls({ host, port, ...tlsOptions(host, tls) });
    const fail = (cause: unknown) => {
      signal.removeEventListener('abort', give);
      socket.destroy();
      reject(cause instanceof ChatError ? cause : new ChatError('unreachable', { cause }));
    };
    const give = () => fail(signal.reason);
    signal.addEventListener('abort', give, { once: true });
    socket.once('error', fail);
    socket.once(tls === null ? 'connect' : 'secureConnect', () => {
      if (tls?.fingerprint !== undefined && !isOf(socket as TLSSocket, tls.fingerprint)) {
        fail(new Error('the certificate of the server is another one'));
        return;
      }
      try {
        if (tls?.trust !== undefined) tls.trust(peerOf(socket as TLSSocket, place));
      } catch (error) {
        fail(error);
        return;
      }
      signal.removeEventListener('abort', give);
      socket.off('error', fail);
      resolve(new Link(socket, place));
    });
    if (signal.aborted) give();
  });
}

function peerOf(socket: TLSSocket, { host, port }: LinkPlace): Peer {
  return { host, port, fingerprint: socket.getPeerCertificate().fingerprint256, isVouchedFor: socket.authorized };
}

function tlsOptions(host: string, { ca, fingerprint, servername, trust }: TlsChoice) {
  const name = servername ?? (isIP(host) === 0 ? host : undefined);
  return {
    // A pinned certificate is looked at itself, before a byte is sent.
    rejectUnauthorized: fingerprint === undefined && trust === undefined,
    ...(ca === undefined ? {} : { ca }),
    ...(name === undefined ? {} : { servername: name }),
  };
}

function isOf(socket: TLSSocket, fingerprint: string): boolean {
  const bare = (text: string | undefined) => (text ?? '').replaceAll(':', '').toLowerCase();
  return bare(socket.getPeerCertificate().fingerprint256) === bare(fingerprint) && fingerprint !== '';
}

const secrets =
  /"(password|token|resume_token|totp|secret|new_password|old|new|uri|recovery_codes)"\s*:\s*(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\])/g;
/** Of an authenticator, or for recovery: not the words of errors. */
const codes = /"(code)"\s*:\s*(?!"[a-z_]+")"(?:[^"\\]|\\.)*"/g;

function withoutSecrets(json: string): string {
  return json.replace(secrets, '"$1":"…"').replace(codes, '"$1":"…"');
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Every text in it, as it may be drawn. What nests deeper than any line of the wire is left out. */
function cleaned(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > wire.depth) return null;
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), cleaned(item, depth + 1)]));
}
