import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Histogram } from '../../../tools/bench/histogram.ts';
import { Splitter } from '../../fuzz/splitter.ts';

type Json = Readonly<Record<string, unknown>>;

/** Longest wait for an answer or the last word, on however busy a machine. */
const patienceMs = 120_000;

/** Two accounts that are in and talk in private, each a word every 25 ms whatever has come back. Every word arrives once and in order. */
export class Pair {
  readonly #sockets: readonly [Socket, Socket];
  readonly #sent: [number[], number[]] = [[], []];
  readonly #heard: [number, number] = [0, 0];
  readonly #windows: Window[] = [];
  #timer: NodeJS.Timeout | undefined;
  #fault: Error | null = null;
  readonly #answers: ((answer: Json) => void)[] = [];

  private constructor(sockets: readonly [Socket, Socket]) {
    this.#sockets = sockets;
    sockets.forEach((socket, self) => {
      const splitter = new Splitter((line) => this.#hear(self as 0 | 1, JSON.parse(line.toString()) as Json));
      socket.on('data', (chunk) => splitter.push(chunk));
      socket.on('error', (error) => this.#fail(error));
      socket.on('end', () => this.#fail(new Error(`the connection of ${names[self]} was ended`)));
    });
  }

  static async come(port: number): Promise<Pair> {
    const open = async () => {
      const socket = connectSocket({ host: '127.0.0.1', port, noDelay: true });
      await once(socket, 'connect');
      return socket;
    };
    const pair = new Pair([await open(), await open()]);
    for (const self of [0, 1] as const) {
      await pair.#ask(self, { type: 'hello', version: 2 });
      await pair.#ask(self, { type: 'register', username: names[self], password });
      await pair.#ask(self, { type: 'login', username: names[self], password });
    }
    return pair;
  }

  /** Words that have arrived. */
  get arrived(): number {
    return this.#heard[0] + this.#heard[1];
  }

  talk(): void {
    this.#timer = setInterval(() => {
      for (const self of [0, 1] as const) {
        const sent = this.#sent[self];
        this.#send(self, { type: 'message', subtype: 'private', to: names[1 - self], content: String(sent.length) });
        sent.push(performance.now());
      }
    }, 25);
  }

  /** What is said from now on is measured apart; `end` waits until all that was said meanwhile has arrived: the slowest count most. */
  nextWindow(): { end(): Promise<Latencies> } {
    const window: Window = { latencies: new Histogram(), from: performance.now(), to: Number.POSITIVE_INFINITY, slowestMs: 0 };
    this.#windows.push(window);
    return {
      end: async () => {
        window.to = performance.now();
        const said = this.#sent.flat().filter((at) => isIn(window, at)).length;
        await this.#until(() => window.latencies.count >= said);
        const ms = (q: number) => (window.latencies.quantile(q) ?? Number.POSITIVE_INFINITY) / 1000;
        return { words: said, p50Ms: ms(0.5), p99Ms: ms(0.99), mostMs: window.slowestMs };
      },
    };
  }

  /** Throws when a word was lost, doubled or out of order, or one of them was cut off. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await this.#until(() => this.arrived >= this.#sent[0].length + this.#sent[1].length);
    for (const socket of this.#sockets) socket.removeAllListeners('end').destroy();
    if (this.#fault !== null) throw this.#fault;
  }

  #hear(self: 0 | 1, { type, ref, content, subtype, code }: Json): void {
    if (ref === 'ask') this.#answers.shift()?.({ type, code });
    else if (type === 'error') this.#fail(new Error(`${names[self]} was told ${code}`));
    else if (type === 'ping') this.#send(self, { type: 'pong' });
    if (type !== 'message' || subtype !== 'private') return;
    const number = this.#heard[self];
    this.#heard[self] += 1;
    if (content !== String(number)) this.#fail(new Error(`${names[self]} heard ${content} instead of ${number}`));
    const saidAt = this.#sent[1 - self]?.[number] ?? 0;
    const ms = performance.now() - saidAt;
    for (const window of this.#windows) {
      if (!isIn(window, saidAt)) continue;
      window.latencies.add(Math.round(ms * 1000));
      window.slowestMs = Math.max(window.slowestMs, ms);
    }
  }

  async #until(haveArrived: () => boolean): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!haveArrived() && this.#fault === null) {
      assert.ok(performance.now() < deadline, `${this.arrived} of ${this.#sent[0].length + this.#sent[1].length} words arrived`);
      await wait(5);
    }
  }

  async #ask(self: 0 | 1, request: Json): Promise<void> {
    const answered = new Promise<Json>((resolve) => this.#answers.push(resolve));
    this.#send(self, { ...request, ref: 'ask' });
    assert.equal((await answered)['code'], undefined, `${request['type']} was refused`);
  }

  #send(self: 0 | 1, object: Json): void {
    this.#sockets[self].write(`${JSON.stringify(object)}\n`);
  }

  #fail(error: Error): void {
    this.#fault ??= error;
  }
}

/** From the moment of writing to the arrival at the other one, with the commit on the disk in between. */
export interface Latencies {
  readonly words: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
}

/** A stretch of time, and how long the words took that were said in it. */
interface Window {
  readonly latencies: Histogram;
  readonly from: number;
  to: number;
  slowestMs: number;
}

const isIn = ({ from, to }: Window, at: number) => at >= from && at < to;

const names = ['anna', 'ben'] as const;
const password = 'password of the pair';
