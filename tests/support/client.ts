import assert from 'node:assert/strict';
import { connect as connectSocket, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { Inbox } from './inbox.ts';

type Json = Readonly<Record<string, unknown>>;

/** A raw TCP client: it sends bytes, and hears lines in order. Nothing is skipped, nothing is reordered. */
export class Client {
  readonly socket: Socket;
  readonly #lines = new Inbox('line');
  #rest = Buffer.alloc(0);
  #bytes = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', () => this.#lines.end());
    socket.on('close', () => this.#lines.end());
    socket.on('end', () => {
      this.#lines.end();
      socket.end();
    });
  }

  /** Bytes received so far. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEnded(): boolean {
    return this.#lines.isEnded;
  }

  /** Sends one object as one line. */
  send(object: Json): void {
    this.socket.write(`${JSON.stringify(object)}\n`);
  }

  /** Sends bytes as they are; a string as UTF-8. */
  write(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** The next line, without its newline. Fails when the connection ends first. */
  line(): Promise<string> {
    return this.#lines.take();
  }

  /** The next line as an object. */
  async next(): Promise<Json> {
    return JSON.parse(await this.line()) as Json;
  }

  /** The next line must hold at least these keys with these values; returns it. */
  async expect(wanted: Json): Promise<Json> {
    const got = await this.next();
    assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((key) => [key, got[key]])), wanted, `got ${JSON.stringify(got)}`);
    return got;
  }

  /** Nothing was told: a `users` asked now is answered first. */
  async expectNothing(): Promise<void> {
    this.send({ type: 'users' });
    const got = await this.next();
    assert.equal(got['type'], 'users', `expected nothing, got ${JSON.stringify(got)}`);
  }

  /** Lines received and not yet taken. */
  pending(): readonly string[] {
    return this.#lines.pending;
  }

  /** Resolves when the server has closed the connection. */
  ended(): Promise<void> {
    return this.#lines.ended();
  }

  /** Ends in good order (FIN), and resolves when the server has ended too. */
  async leave(): Promise<void> {
    this.socket.end();
    await this.ended();
  }

  /** Ends as most course clients do: with a reset. */
  reset(): void {
    // Node 20 never ends if a socket is reset while its own FIN is on its way.
    if (this.isEnded) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  #read(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let end = this.#rest.indexOf(0x0a); end >= 0; end = this.#rest.indexOf(0x0a)) {
      this.#lines.put(this.#rest.toString('utf8', 0, end));
      this.#rest = this.#rest.subarray(end + 1);
    }
  }
}

/** What carries a connection. */
export type Carrier = 'tcp' | 'tls';

/** Connects to the server; the socket is destroyed when the test ends. Over TLS any certificate will do: who believes which is tested elsewhere. */
export async function connect(t: TestContext, { port }: { readonly port: number }, carrier: Carrier = 'tcp'): Promise<Client> {
  const place = { host: '127.0.0.1', port, allowHalfOpen: true };
  const socket = carrier === 'tls' ? connectTls({ ...place, rejectUnauthorized: false }) : connectSocket({ ...place, noDelay: true });
  t.after(() => socket.destroy());
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => socket.once(carrier === 'tls' ? 'secureConnect' : 'connect', resolve).once('error', reject));
  return new Client(socket);
}

/** A v1 guest of that name, in the default channel. */
export async function guest(t: TestContext, server: { readonly port: number }, name: string): Promise<Client> {
  return enter(await connect(t, server), name);
}

/** Becomes a v1 guest of that name. */
export async function enter(client: Client, name: string): Promise<Client> {
  client.send({ type: 'message', subtype: 'global', from: name, content: '' });
  await client.expectNothing();
  return client;
}

/** A v1 session of a new account. */
export async function account(t: TestContext, server: { readonly port: number }, name: string): Promise<Client> {
  const client = await connect(t, server);
  client.send({ type: 'register', username: name, password: `password of ${name}` });
  await client.expect({ type: 'register', status: 'ok' });
  client.send({ type: 'login', username: name, password: `password of ${name}` });
  await client.expect({ type: 'login', status: 'ok', username: name });
  return client;
}

/** Says `hello` and takes its answer: the session speaks v2 from now on. */
export async function upgrade(client: Client, caps: readonly string[] = []): Promise<Client> {
  client.send({ type: 'hello', version: 2, ref: 'hello', caps });
  await client.expect({ type: 'hello', status: 'ok', ref: 'hello' });
  return client;
}
