import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { capabilities } from '../../server/protocol/capabilities.ts';
import { fold } from '../../server/protocol/names.ts';
import { plainLine, v1Line, v2Line } from './clean-lines.ts';
import { honest } from './corpus.ts';
import { Splitter } from './splitter.ts';

type Json = Readonly<Record<string, unknown>>;

/** Longest wait for what somebody honest said, on however busy a machine. */
const patienceMs = 120_000;

const password = 'password of somebody honest';
const folds = new Set<string>(Object.values(honest).map(fold));

/**
 * Somebody honest in #general, of each dialect, for as long as the fuzz lasts. Each checks every line that it gets; v1 and v2 talk with
 * each other without a pause, so that each word of theirs arrives once and in order, whatever the others send.
 */
export class Witnesses {
  readonly #sockets: Socket[] = [];
  readonly #fail: (error: unknown) => void;
  #lines = 0;
  #pulses = 0;
  #isTalking = true;
  #lastSeq: number | null = null;
  /** What each of the two that talk has said and each hearer must hear next. Between words of the two there is no order: each has its own socket. */
  readonly #due = { v1: { v2: [] as string[], plain: [] as string[] }, v2: { v1: [] as string[], plain: [] as string[] } };
  #said = 0;

  /** `fail` is told of the first line that is wrong. */
  constructor(fail: (error: unknown) => void) {
    this.#fail = fail;
  }

  /** Lines that were looked at. */
  get lines(): number {
    return this.#lines;
  }

  /** Words of theirs that all the others have heard. */
  get pulses(): number {
    return this.#pulses;
  }

  async come(port: number): Promise<void> {
    for (const name of Object.values(honest)) await this.#ask(port, { type: 'register', username: name, password });
    const v1 = await this.#open(port, (line) => this.#hearV1(line));
    const v2 = await this.#open(port, (line) => this.#hearV2(line));
    const plain = await this.#open(port, (line) => this.#hearPlain(line));
    v1.write(jsonLine({ type: 'login', username: honest.v1, password }));
    v2.write(jsonLine({ type: 'hello', version: 2, caps: capabilities.filter((cap) => cap !== 'trace') }));
    v2.write(jsonLine({ type: 'login', username: honest.v2, password }));
    plain.write(`/login ${honest.plain} ${password}\n/lang en\n`);
    await this.#until(() => this.#sawAll(), 'the witnesses to be in');
    void this.#talk(v1, v2).catch(this.#fail);
  }

  /** Stops talking once all has been heard, and goes. */
  async leave(): Promise<void> {
    this.#isTalking = false;
    await this.#until(() => this.#isQuiet, 'the last words to be heard');
    for (const socket of this.#sockets) socket.destroy();
  }

  get #isQuiet(): boolean {
    const { v1, v2 } = this.#due;
    return [v1.v2, v1.plain, v2.v1, v2.plain].every((due) => due.length === 0);
  }

  readonly #in = new Set<string>();
  #sawAll(): boolean {
    return this.#in.size === 3;
  }

  async #talk(v1: Socket, v2: Socket): Promise<void> {
    while (this.#isTalking) {
      this.#say(v1, this.#due.v1);
      this.#say(v2, this.#due.v2);
      await this.#until(() => this.#isQuiet, 'what was said to be heard');
      this.#pulses += 2;
    }
  }

  #say(socket: Socket, due: Readonly<Record<string, string[]>>): void {
    this.#said += 1;
    const content = `pulse ${this.#said}`;
    for (const hearer of Object.values(due)) hearer.push(content);
    socket.write(jsonLine({ type: 'message', subtype: 'global', content }));
  }

  #hearV1(bytes: Buffer): void {
    const object = v1Line(bytes, !this.#in.has('v1'));
    if (object['type'] === 'login') this.#in.add('v1');
    this.#hear('v1', object);
  }

  #hearV2(bytes: Buffer): void {
    const object = v2Line(bytes);
    const { type, channel, seq, from } = object;
    if (type === 'login') this.#in.add('v2');
    assert.notEqual(type, 'error', bytes.toString());
    if (type === 'ping') this.#sockets[1]?.write(jsonLine({ type: 'pong' }));
    if (type === 'gap') this.#lastSeq = Number(object['to_seq']);
    if (type === 'message' && channel === '#general') {
      assert.ok(this.#lastSeq === null || seq === this.#lastSeq + 1, `seq ${seq} follows ${this.#lastSeq}`);
      this.#lastSeq = Number(seq);
    }
    if (from !== honest.v2) this.#hear('v2', object);
  }

  /** What was said by somebody honest is next in turn; nobody else has that name; a private word is for oneself. */
  #hear(self: 'v1' | 'v2', { type, from, to, subtype, content }: Json): void {
    if (type !== 'message') return;
    if (subtype === 'private') assert.equal(fold(String(to)), fold(honest[self]), `${honest[self]} got a private message to ${to}`);
    if (!folds.has(fold(String(from)))) return;
    const due = self === 'v1' ? this.#due.v2.v1 : this.#due.v1.v2;
    assert.equal(content, due.shift(), `${honest[self]} heard something else from ${from}`);
  }

  #hearPlain(bytes: Buffer): void {
    const line = plainLine(bytes);
    if (line.includes(honest.plain)) this.#in.add('plain');
    const [, from, said] = /^\[\d\d:\d\d\] <(honest-v[12])> (.*)$/.exec(line) ?? [];
    if (from === undefined) return;
    const due = from === honest.v1 ? this.#due.v1.plain : this.#due.v2.plain;
    assert.equal(said, due.shift(), line);
  }

  async #open(port: number, hear: (line: Buffer) => void): Promise<Socket> {
    const socket = connectSocket({ host: '127.0.0.1', port, noDelay: true });
    const splitter = new Splitter((line) => {
      this.#lines += 1;
      hear(line);
    });
    socket.on('data', (chunk) => {
      try {
        splitter.push(chunk);
      } catch (error) {
        this.#fail(error);
      }
    });
    socket.on('error', this.#fail);
    socket.on('end', () => this.#fail(new Error('the server ended the connection of a witness')));
    await once(socket, 'connect');
    this.#sockets.push(socket);
    return socket;
  }

  async #ask(port: number, request: Json): Promise<void> {
    const socket = connectSocket({ host: '127.0.0.1', port });
    socket.write(jsonLine(request));
    await once(socket, 'data');
    socket.destroy();
  }

  async #until(isSo: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!isSo()) {
      assert.ok(performance.now() < deadline, `waited ${patienceMs} ms for ${what}`);
      await wait(2);
    }
  }
}

const jsonLine = (object: Json) => `${JSON.stringify(object)}\n`;
