import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type ClientOptions, WebSocket } from 'ws';
import { Inbox } from './inbox.ts';
import type { TestServer } from './server.ts';

type Json = Readonly<Record<string, unknown>>;

/** How the link ended: the code of the closing frame. */
export class WebClient {
  readonly socket: WebSocket;
  readonly #inbox = new Inbox('frame');
  #code: number | null = null;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.#inbox.put(String(data)));
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.#code = code;
      this.#inbox.end();
    });
  }

  get isEnded(): boolean {
    return this.#code !== null;
  }

  send(object: Json): void {
    this.socket.send(JSON.stringify(object));
  }

  write(text: string): void {
    this.socket.send(text);
  }

  /** The next frame. Fails when the link ends first. */
  line(): Promise<string> {
    return this.#inbox.take();
  }

  async next(): Promise<Json> {
    return JSON.parse(await this.line()) as Json;
  }

  /** The next frame must hold at least these keys with these values; returns it. */
  async expect(wanted: Json): Promise<Json> {
    const got = await this.next();
    assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((key) => [key, got[key]])), wanted, `got ${JSON.stringify(got)}`);
    return got;
  }

  /** Resolves when the link is gone, with the code of its closing frame. */
  async closed(): Promise<number> {
    await this.#inbox.ended();
    return this.#code ?? 0;
  }

  async leave(): Promise<void> {
    this.socket.close();
    await this.closed();
  }
}

/** Where the gateway of a test server is. */
export function gatewayOf(server: TestServer): string {
  assert.ok(server.app.gatewayAddress !== null, 'the server was started without a gateway');
  return server.app.gatewayAddress;
}

export interface WebOptions extends ClientOptions {
  /** Behind the slash: `?token=…` */
  readonly query?: string;
  /** Null: none is offered. */
  readonly subprotocol?: string | null;
}

/** Opens a WebSocket, speaking v2 unless told otherwise; cut when the test ends. */
export async function webConnect(t: TestContext, server: TestServer, options: WebOptions = {}): Promise<WebClient> {
  const { query = '', subprotocol = 'classcord.v2', ...others } = options;
  const socket = new WebSocket(`ws://${gatewayOf(server)}/${query}`, subprotocol === null ? [] : [subprotocol], others);
  t.after(() => socket.terminate());
  const client = new WebClient(socket);
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return client;
}

/** The status with which a handshake is refused. */
export function refusedStatus(t: TestContext, server: TestServer, options: WebOptions = {}): Promise<number> {
  const { query = '', subprotocol = 'classcord.v2', ...others } = options;
  const socket = new WebSocket(`ws://${gatewayOf(server)}/${query}`, subprotocol === null ? [] : [subprotocol], others);
  t.after(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    socket.once('open', () => reject(new Error('the handshake was accepted')));
    socket.once('error', reject);
  });
}
