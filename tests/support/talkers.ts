import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import type { Ledger } from './ledger.ts';

type Json = Readonly<Record<string, unknown>>;

interface Place {
  readonly port: number;
}

const password = (name: string) => `password of ${name}`;

/** Connects and hands every line to `hear`, in order. `gone` resolves when the connection has ended, however. */
async function line({ port }: Place, hear: (object: Json) => void): Promise<{ socket: Socket; gone: Promise<void> }> {
  const socket = connectSocket({ host: '127.0.0.1', port, noDelay: true });
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const each of lines) hear(JSON.parse(each) as Json);
  });
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return { socket, gone };
}

const send = (socket: Socket, object: Json) => socket.write(`${JSON.stringify(object)}\n`);

/** Somebody who speaks v2 and writes everything into the ledger: what it said, what was acknowledged, what it saw of others. */
export class Writer {
  readonly name: string;
  readonly #ledger: Ledger;
  readonly #audiences: readonly string[];
  /** Said and not answered, oldest first; a guest forgets them at the end of the connection, an account says them again. */
  readonly #open = new Set<string>();
  #socket: Socket | null = null;
  #gone: Promise<void> = Promise.resolve();
  #window = 0;
  #waiting: ((answer: Json) => void) | null = null;
  readonly #errors: string[] = [];
  #duplicates = 0;
  #lastSeq = new Map<string, number>();

  constructor(name: string, audiences: readonly string[], ledger: Ledger) {
    this.name = name;
    this.#audiences = audiences;
    this.#ledger = ledger;
  }

  /** Codes of all errors that it was told. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  get open(): number {
    return this.#open.size;
  }

  /** Messages that it said again and that were stored already. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** Resolves when its connection is gone. */
  get gone(): Promise<void> {
    return this.#gone;
  }

  async comeAsGuest(place: Place): Promise<void> {
    await this.#connect(place);
    this.#open.clear();
    this.#send({ type: 'message', from: this.name, content: '' });
    await this.#join();
  }

  /** Comes as an account (made when `isNew`), and says again what was not answered, with the nonce of the first time. */
  async comeAsAccount(place: Place, isNew: boolean): Promise<void> {
    await this.#connect(place);
    const credentials = { username: this.name, password: password(this.name) };
    if (isNew) await this.#ask({ type: 'register', ...credentials });
    await this.#ask({ type: 'login', ...credentials });
    await this.#join();
    for (const marker of this.#open) this.#sendMessage(marker);
  }

  /** Keeps so many messages on their way from now on; 0: says no more. */
  talk(window: number): void {
    this.#window = window;
    while (this.#open.size < this.#window) this.#sayNext();
  }

  /** Says so many, whatever is on its way. */
  say(count: number): void {
    for (let i = 0; i < count; i += 1) this.#sayNext();
  }

  reset(): void {
    this.#socket?.resetAndDestroy();
  }

  #sayNext(): void {
    const audience = this.#audiences[this.#ledger.size % this.#audiences.length] ?? '#general';
    const marker = this.#ledger.say(this.name, audience);
    this.#open.add(marker);
    this.#sendMessage(marker);
  }

  #sendMessage(marker: string): void {
    const { audience } = this.#ledger.said(marker);
    const to = audience.startsWith('#') ? { channel: audience } : { subtype: 'private', to: audience.slice(1) };
    this.#send({ type: 'message', ref: marker, nonce: marker, content: marker, ...to });
  }

  async #connect(place: Place): Promise<void> {
    this.#lastSeq = new Map();
    const { socket, gone } = await line(place, (object) => this.#hear(object));
    this.#socket = socket;
    this.#gone = gone;
    void gone.then(() => this.#waiting?.({ type: 'gone' }));
    await this.#ask({ type: 'hello', version: 2 });
  }

  async #join(): Promise<void> {
    for (const audience of this.#audiences) if (audience.startsWith('#')) await this.#ask({ type: 'join', channel: audience });
  }

  #send(object: Json): void {
    if (this.#socket?.writable) send(this.#socket, object);
  }

  async #ask(request: Json): Promise<void> {
    const answered = new Promise<Json>((resolve) => {
      this.#waiting = resolve;
    });
    this.#send({ ...request, ref: 'ask' });
    const answer = await answered;
    this.#waiting = null;
    // As it says: it may be tried again.
    if (answer['code'] === 'storage_unavailable') return this.#ask(request);
    assert.ok(answer['type'] === 'gone' || answer['status'] === 'ok', `${this.name} was answered ${JSON.stringify(answer)}`);
  }

  #hear(object: Json): void {
    const { type, ref, id, seq, duplicate } = object;
    if (duplicate === true) this.#duplicates += 1;
    if (ref === 'ask') this.#waiting?.(object);
    else if (type === 'ack' && typeof ref === 'string' && ref !== '') this.#acked(ref, { id: Number(id), seq: Number(seq) });
    else if (type === 'error') this.#refused(object);
    else if (type === 'message') this.#saw(object);
  }

  #acked(marker: string, place: { id: number; seq: number }): void {
    this.#ledger.acknowledge(marker, place);
    this.#open.delete(marker);
    if (this.#open.size < this.#window) this.#sayNext();
  }

  #refused({ ref, code }: Json): void {
    this.#errors.push(String(code));
    if (typeof ref === 'string') this.#open.delete(ref);
  }

  #saw({ content, id, seq, channel, from }: Json): void {
    if (this.#ledger.isForeign(String(content))) return;
    const conversation = String(channel ?? [from, this.name].sort().join('&'));
    assert.ok(Number(seq) > (this.#lastSeq.get(conversation) ?? 0), `${content} came out of order to ${this.name}`);
    this.#lastSeq.set(conversation, Number(seq));
    this.#ledger.see(String(content), { id: Number(id), seq: Number(seq) });
  }
}

/** A v1 client in #general that only listens; `gone` resolves when its connection is. */
export async function listen(place: Place, ledger: Ledger): Promise<{ readonly gone: Promise<void> }> {
  const seen = ledger.watch();
  const { socket, gone } = await line(place, ({ type, content, from }) => {
    if (type !== 'message' || from === 'serveur') return;
    seen.push(String(content));
    ledger.see(String(content), null);
  });
  send(socket, { type: 'message', content: '' });
  return { gone };
}

/** Logs in on a connection of its own. Rejects when it is refused. */
export async function logIn(place: Place, name: string): Promise<void> {
  assert.ok(await exchange(place, { type: 'login', username: name, password: password(name) }), `${name} was not answered`);
}

/** Makes an account on a connection of its own; false when the server died before it answered. */
export async function register(place: Place, name: string): Promise<boolean> {
  return (await exchange(place, { type: 'register', username: name, password: password(name) })) !== null;
}

/** One v1 request and its answer; null: the connection ended without one. */
async function exchange(place: Place, request: Json): Promise<Json | null> {
  let answer: Json | null = null;
  const { socket, gone } = await line(place, (object) => {
    answer ??= object;
    socket.destroy();
  });
  send(socket, request);
  await gone;
  const { type, status } = (answer ?? { type: request['type'], status: 'ok' }) as Json;
  assert.deepEqual({ type, status }, { type: request['type'], status: 'ok' }, `answered ${JSON.stringify(answer)}`);
  return answer;
}
