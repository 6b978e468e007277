import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Client, connect, upgrade } from './client.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * An account’s client as protocol.md describes one that misses nothing: it says how far it has come when it takes its session up
 * again, and fills every gap from the history before it goes on. What it read of #general stands in `heard`.
 */
export class Member {
  readonly name: string;
  /** Everything heard, by what it was: `seq content`. */
  readonly heard: string[] = [];
  /** Gaps that the server told because of slow reading, and this member filled. */
  gaps = 0;
  readonly #t: TestContext;
  readonly #server: { readonly port: number };
  #client: Client;
  #token: string;
  #last = 0;
  #said = 0;
  /** Read and put back: it came while a gap was filled. */
  readonly #later: Json[] = [];

  private constructor(t: TestContext, server: { readonly port: number }, who: { name: string; client: Client; token: string }) {
    this.#t = t;
    this.#server = server;
    this.name = who.name;
    this.#client = who.client;
    this.#token = who.token;
  }

  /** Logs in as an account that exists (its password is `password of NAME`). */
  static async come(t: TestContext, server: { readonly port: number }, name: string): Promise<Member> {
    const client = await upgrade(await connect(t, server), ['echo']);
    client.send({ type: 'login', ref: 'l', username: name, password: `password of ${name}` });
    for (;;) {
      const line = await client.next();
      if (line['ref'] === 'l') return new Member(t, server, { name, client, token: String(line['resume_token']) });
    }
  }

  get isCut(): boolean {
    return this.#client.isEnded || this.#client.socket.destroyed;
  }

  /** The `seq` up to which everything was heard. */
  get last(): number {
    return this.#last;
  }

  /** Says so many messages of that length, and waits for nothing. */
  say(count: number, length = 0): void {
    for (let i = 0; i < count; i += 1) {
      this.#said += 1;
      this.#client.send({ type: 'message', content: `${this.name} ${this.#said} ${'x'.repeat(length)}` });
    }
  }

  /** Says more than the kernel keeps for those who do not read; whoever reads waits until it is stored. */
  async flood(count: number): Promise<void> {
    this.say(count, 60_000);
    if (!this.#client.socket.isPaused()) await this.mark();
  }

  /** Reads nothing until `readOn`. */
  stopReading(): void {
    this.#client.socket.pause();
  }

  readOn(): void {
    this.#client.socket.resume();
  }

  /** The connection is reset. What had arrived is looked at, up to the first gap: nobody can fill that one now. */
  cut(): void {
    this.#client.reset();
    const read = this.#client.pending().map((text) => JSON.parse(text) as Json);
    for (const line of [...this.#later.splice(0), ...read]) {
      if (line['type'] === 'gap') break;
      this.#take(line);
    }
  }

  /** Takes its session up again, and hears what it missed. */
  async resume(): Promise<void> {
    this.#client = await upgrade(await connect(this.#t, this.#server), ['echo']);
    this.#client.send({ type: 'resume', ref: 'r', token: this.#token, seen: { '#general': this.#last } });
    const answer = await this.#until('r');
    assert.equal(answer['status'], 'ok', JSON.stringify(answer));
    this.#token = String(answer['resume_token']);
  }

  /** Says one more and waits until it is stored: everything that this session said before is, too. Answers its `seq`. */
  async mark(): Promise<number> {
    this.#client.send({ type: 'message', ref: 'mark', content: 'mark' });
    return Number((await this.#until('mark'))['seq']);
  }

  /** Reads until everything up to `seq` was heard. */
  async hearUpTo(seq: number): Promise<void> {
    while (this.#last < seq) await this.#look(await this.#next());
  }

  async #until(ref: string): Promise<Json> {
    for (;;) {
      const line = await this.#next();
      if (line['ref'] === ref) return line;
      await this.#look(line);
    }
  }

  async #next(): Promise<Json> {
    return this.#later.shift() ?? (await this.#client.next());
  }

  async #look(line: Json): Promise<void> {
    if (line['type'] === 'gap') await this.#fill(line);
    else this.#take(line);
  }

  /** What comes while the history is on its way waits for its turn. */
  async #fill({ from_seq: from, to_seq: to }: Json): Promise<void> {
    assert.equal(from, this.#last + 1, `a gap that begins elsewhere: ${String(from)} after ${this.#last}`);
    this.gaps += 1;
    const later: Json[] = [];
    while (this.#last < Number(to)) {
      this.#client.send({ type: 'history', ref: 'fill', channel: '#general', after: this.#last, limit: 100 });
      for (let isMore = true; isMore; ) {
        const line = await this.#next();
        if (line['ref'] === 'fill') {
          for (const message of line['messages'] as Json[])
            if (Number(message['seq']) <= Number(to)) this.#take({ type: 'message', channel: '#general', ...message });
          isMore = line['more'] === true;
        } else later.push(line);
      }
    }
    this.#later.unshift(...later);
  }

  #take({ type, code, seq, content }: Json): void {
    assert.notEqual(type, 'error', `${this.name} was refused: ${String(code)}`);
    if (type !== 'message') return;
    assert.equal(seq, this.#last + 1, `${this.name} heard ${String(seq)} after ${this.#last}`);
    this.#last += 1;
    this.heard.push(`${String(seq)} ${String(content).slice(0, 40)}`);
  }
}
