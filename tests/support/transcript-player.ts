import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite, { type Database } from 'better-sqlite3';
import { TOTP } from 'otpauth';
import { operatorActor } from '../../server/domain/people.ts';
import { type Client, connect } from './client.ts';
import { indexed } from './indexed.ts';
import { startServer, type TestServer } from './server.ts';
import { matches, type Step, type Transcript } from './transcript.ts';

/** Plays an example against a fresh server; fails where the server does something else, or more. */
export async function play(t: TestContext, { title, set, steps }: Transcript): Promise<void> {
  const server = await startServer(t, { set });
  const actors = new Map<string, Actor>();
  const kept: Kept = { token: '', bearer: '', secret: '' };
  let lock: Database | null = null;
  t.after(() => lock?.close());

  for (const [at, step] of steps.entries()) {
    if (step.what === 'locks') lock = locked(server);
    else if (step.what === 'frees') lock?.close();
    else if (step.what === 'rises')
      await server.app.moderation.roles.set(operatorActor('test'), step.client, step.line.includes('admin') ? 'admin' : 'moderator');
    else {
      const actor = actors.get(step.client) ?? new Actor(await connect(t, server), kept);
      actors.set(step.client, actor);
      await actor.play(step);
      if (step.what === 'waits') await indexed(server);
      if (step.what === 'leaves') actors.delete(step.client);
      // An example reads from top to bottom: what one client says is dealt with before another acts.
      else if (step.what === 'says' && steps[at + 1]?.client !== step.client) await actor.settle();
    }
  }

  for (const [name, actor] of actors) assert.deepEqual(await actor.unexpected(), [], `${title}: ${name} got more`);
}

/** What the server gave last, to whomever: the resume token, the bearer token, the secret of one-time codes. */
interface Kept {
  token: string;
  bearer: string;
  secret: string;
}

/** Plays the part of one client. */
class Actor {
  readonly #client: Client;
  readonly #kept: Kept;
  /** Received, and not yet looked at. */
  #lines: string[] = [];
  /** Answers to `users` that the example itself asked for, and that have not come yet. */
  #lists = 0;

  constructor(client: Client, kept: Kept) {
    this.#client = client;
    this.#kept = kept;
  }

  async play({ what, line, at, times }: Step): Promise<void> {
    if (what === 'says' && times !== undefined) await this.#repeat(line, times, at);
    else if (what === 'says') {
      this.#client.write(`${this.#filled(line)}\n`);
      if (isList(line)) this.#lists += 1;
    } else if (what === 'gets') {
      const received = this.#lines.shift() ?? (await this.#read());
      assert.ok(matches(line, received), `${at}\nwanted ${line}\ngot    ${received}`);
    } else if (what === 'nothing') assert.deepEqual(await this.unexpected(), [], at);
    else if (what === 'closed') await this.#client.ended();
    else if (what === 'waits') await sleep(1000);
    else await this.#client.leave();
  }

  /** Waits until the server has dealt with all that was said: a `users` asked now is answered. */
  async settle(): Promise<void> {
    if (this.#client.isEnded) return;
    this.#client.send({ type: 'users' });
    for (let missing = this.#lists + 1; missing > 0; ) {
      const line = await this.#read();
      if (isList(line)) missing -= 1;
      this.#lines.push(line);
    }
    this.#lines.pop();
  }

  /** What came and was not expected. */
  async unexpected(): Promise<readonly string[]> {
    await this.settle();
    return this.#lines;
  }

  /** The placeholders in a line that is said. */
  #filled(line: string): string {
    const { token, bearer, secret } = this.#kept;
    const filled = line.replace('<token>', token).replace('<bearer>', bearer);
    return filled.includes('<code>') ? filled.replace('<code>', new TOTP({ secret }).generate()) : filled;
  }

  async #repeat(line: string, times: number, at: string): Promise<void> {
    for (let n = 1; n <= times; n += 1) {
      this.#client.write(`${line.replaceAll('<n>', String(n))}\n`);
      const answer = await this.#read();
      assert.doesNotMatch(answer, /^\{"type": ?"error"/, at);
    }
  }

  async #read(): Promise<string> {
    const line = await this.#client.line();
    this.#kept.token = /"resume_token":"([\w-]+)"/.exec(line)?.[1] ?? this.#kept.token;
    this.#kept.bearer = /"(cct_[\w-]{43})"/.exec(line)?.[1] ?? this.#kept.bearer;
    this.#kept.secret = /"secret":"([A-Z2-7]+)"/.exec(line)?.[1] ?? this.#kept.secret;
    if (isList(line)) this.#lists = Math.max(0, this.#lists - 1);
    return line;
  }
}

function isList(line: string): boolean {
  return (JSON.parse(line) as { type?: unknown }).type === 'users';
}

/** Another program begins to write to the database of the server, and does not come to an end. */
function locked({ folder }: TestServer): Database {
  const database = new Sqlite(join(folder, 'classcord.db'));
  database.exec('BEGIN IMMEDIATE');
  return database;
}
