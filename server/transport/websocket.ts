import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { plainAddress } from './address.ts';
import type { AddressEntry } from './address-book.ts';
import type { Refusal } from './admission.ts';
import type { ConnectionOwner } from './connection.ts';
import { connectionIds } from './connection-id.ts';
import type { Forwarded } from './forwarded.ts';
import { type HttpAnswer, HttpRefusal, refuseUpgrade, writeAnswer } from './http-answer.ts';
import { closeCodes, goodbyeMs, type LinkOptions, type Peer, WebSocketConnection } from './websocket-connection.ts';

/** A request over HTTP as whoever answers it sees it. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly peer: Peer;
  readonly entry: AddressEntry;
}

export interface GatewayOptions extends LinkOptions {
  /** Gives the encrypted socket of one that has just come; null: none is encrypted. */
  readonly encrypt: ((socket: Socket, address: string) => Socket) | null;
  /** Bytes of the largest frame. */
  readonly frameBytes: number;
  readonly keepAliveMs: number;
  readonly mostSockets: number;
  readonly forwarded: Forwarded;
  /** Spoken when a client offers it; none is spoken otherwise. */
  readonly subprotocol: string;
  readonly admit: (address: string) => AddressEntry | Refusal;
  /** Counts a link that has not become a WebSocket yet; the answer ends that. */
  readonly count: (entry: AddressEntry, link: { destroy(): void }) => () => void;
  /** What the handshake asks for, prepared; rejects with HttpRefusal. Gives a connection its owner. */
  readonly open: (asked: Asked, hasSubprotocol: boolean) => Promise<(connection: WebSocketConnection) => ConnectionOwner>;
  /** Anything but a handshake. */
  readonly answer: (asked: Asked) => Promise<HttpAnswer>;
  readonly onFault: (error: unknown) => void;
}

/** An open gateway. */
export interface Gateway {
  /** `HOST:PORT` */
  readonly address: string;
  /** Takes no more connections, and ends those that are none yet. */
  close(): void;
}

/** A link says within so long what it wants, and has got it after so long if it did not become a WebSocket. */
const wishMs = 5000;
const answerMs = 30_000;
/** So many may be told at once that the server is full; the others are simply cut. */
const mostTold = 64;
const mostFragments = 8;
const headBytes = 8192;
const base = 'http://gateway';

/** Listens for WebSockets, and for the requests that lead to one. Rejects when the address cannot be had. */
export async function listenGateway(place: { host: string; port: number }, options: GatewayOptions): Promise<Gateway> {
  const door = new Door(options);
  await door.listen(place);
  return door;
}

/** A link that is not a WebSocket yet. */
interface Guest {
  /** Null: it comes through a proxy, and counts for whom the proxy names. */
  readonly entry: AddressEntry | Refusal | null;
  readonly socket: Socket;
  /** Gives it more time, counted from now. */
  allow(ms: number): void;
  leave(): void;
}

const full: HttpAnswer = { status: 503, body: { type: 'error', code: 'too_many_connections', message: 'Too many connections.' } };
/** There is no room for anybody, whoever comes. */
const isFull = (entry: AddressEntry | Refusal | null) => entry === 'full' || entry === 'memory';
const malformed: HttpAnswer = { status: 400, body: { type: 'error', code: 'invalid_field', message: 'Bad address.', field: 'url' } };

class Door implements Gateway {
  readonly #options: GatewayOptions;
  readonly #server: Server;
  /** It listens nowhere itself: it is handed the sockets, encrypted or not. */
  readonly #http: HttpServer;
  readonly #sockets: WebSocketServer;
  readonly #nextId = connectionIds();
  readonly #guests = new Map<Socket, Guest>();
  #told = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: options.keepAliveMs }, (socket) =>
      this.#arrive(socket),
    );
    this.#server.maxConnections = options.mostSockets;
    this.#http = createHttpServer({ maxHeaderSize: headBytes, keepAlive: false });
    this.#http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => this.#upgrade(request, socket, head));
    this.#http.on('request', (request, response) => {
      this.#ask(request).then(
        (answer) => writeAnswer(response, answer),
        () => response.destroy(),
      );
    });
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      autoPong: false,
      perMessageDeflate: false,
      maxPayload: options.frameBytes,
      maxFragments: mostFragments,
      closeTimeout: goodbyeMs,
      handleProtocols: (offered: Set<string>) => (offered.has(options.subprotocol) ? options.subprotocol : false),
    } as ServerOptions);
  }

  get address(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
  }

  listen({ host, port }: { host: string; port: number }): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, backlog: 4096, ipv6Only: host.includes(':') }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  close(): void {
    this.#server.close();
    for (const { socket } of [...this.#guests.values()]) socket.destroy();
  }

  /** A link is counted from its first moment: slow handshakes take the places of their own address. */
  #arrive(raw: Socket): void {
    const address = plainAddress(raw.remoteAddress);
    const entry = this.#options.forwarded.isProxy(address) ? null : this.#options.admit(address);
    raw.on('error', () => undefined);
    if (entry === 'address' || entry === 'rate' || (isFull(entry) && this.#told >= mostTold)) {
      raw.destroy();
      return;
    }
    const socket = this.#options.encrypt?.(raw, address) ?? raw;
    const uncount = this.#count(entry, raw);
    const { clock } = this.#options;
    let cancel = clock.after(wishMs, () => raw.destroy());
    const guest: Guest = {
      entry,
      socket,
      allow(ms) {
        cancel();
        cancel = clock.after(ms, () => raw.destroy());
      },
      leave: () => {
        cancel();
        this.#guests.delete(socket);
        uncount();
      },
    };
    this.#guests.set(socket, guest);
    raw.once('close', guest.leave);
    this.#http.emit('connection', socket);
  }

  #count(entry: Guest['entry'], socket: Socket): () => void {
    if (entry === null) return () => undefined;
    let isCounted = true;
    const once = (undo: () => void) => () => {
      if (isCounted) undo();
      isCounted = false;
    };
    if (typeof entry !== 'string') return once(this.#options.count(entry, { destroy: () => socket.destroy() }));
    this.#told += 1;
    return once(() => {
      this.#told -= 1;
    });
  }

  async #ask(request: IncomingMessage): Promise<HttpAnswer> {
    try {
      return await this.#options.answer(this.#asked(request));
    } catch (error) {
      if (error instanceof HttpRefusal) return error.answer;
      if (!request.destroyed) this.#options.onFault(error);
      return { status: 500, body: { error: { code: 'internal', message: 'Internal error.' } } };
    }
  }

  /** Who asks; throws HttpRefusal when there is no room for it. */
  #asked(request: IncomingMessage): Asked {
    const { socket, url = '/' } = request;
    const guest = this.#guests.get(socket);
    guest?.allow(answerMs);
    const address = this.#options.forwarded.clientOf(plainAddress(socket.remoteAddress), request.headers['x-forwarded-for']);
    const entry = guest?.entry ?? this.#options.admit(address);
    if (typeof entry === 'string') throw new HttpRefusal(full);
    if (!URL.canParse(url, base)) throw new HttpRefusal(malformed);
    return { request, url: new URL(url, base), peer: { id: this.#nextId(), address, port: socket.remotePort ?? 0 }, entry };
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => undefined);
    const guest = this.#guests.get(socket);
    if (guest !== undefined && isFull(guest.entry)) {
      this.#handshake(request, { socket, head }, (ws) => ws.close(closeCodes.evicted, 'too many connections'));
      return;
    }
    this.#open(request).then(
      ({ asked, begin }) => {
        if (socket.destroyed) return;
        this.#handshake(request, { socket, head }, (ws) => {
          guest?.leave();
          const connection = new WebSocketConnection({ ws, socket, peer: asked.peer }, this.#options);
          connection.begin(begin(connection));
        });
      },
      (error: unknown) => {
        if (!(error instanceof HttpRefusal)) this.#options.onFault(error);
        refuseUpgrade(socket, error instanceof HttpRefusal ? error.answer : { status: 500, body: null });
      },
    );
  }

  async #open(request: IncomingMessage) {
    const asked = this.#asked(request);
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim());
    return { asked, begin: await this.#options.open(asked, offered.includes(this.#options.subprotocol)) };
  }

  #handshake(request: IncomingMessage, { socket, head }: { socket: Socket; head: Buffer }, done: (ws: WebSocket) => void): void {
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => undefined);
      done(ws);
    });
  }
}
