import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { operatorActor } from '../../server/domain/people.ts';
import { type Client, connect } from '../support/client.ts';
import { startServer } from '../support/server.ts';
import { matches, type Step, transcriptsOf } from '../support/transcript.ts';

const transcripts = transcriptsOf('docs/protocol.md');

test('the examples of docs/protocol.md were found', () => {
  assert.ok(transcripts.length >= 8, `only ${transcripts.length}`);
});

for (const [index, { title, steps }] of transcripts.entries()) {
  test(`the server does what example ${index + 1} of docs/protocol.md shows, and no more (${title})`, async (t) => {
    const server = await startServer(t);
    const actors = new Map<string, Actor>();
    const kept = { token: '', bearer: '' };

    for (const [at, step] of steps.entries()) {
      const actor = actors.get(step.client) ?? new Actor(await connect(t, server), kept);
      actors.set(step.client, actor);
      if (step.what === 'rises') {
        const role = step.line.includes('admin') ? 'admin' : 'moderator';
        await server.app.moderation.roles.set(operatorActor('test'), step.client, role);
        continue;
      }
      await actor.play(step);
      if (step.what === 'leaves') actors.delete(step.client);
      // An example reads from top to bottom: what one client says is dealt with before another acts.
      else if (step.what === 'says' && steps[at + 1]?.client !== step.client) await actor.settle();
    }

    for (const [name, actor] of actors) assert.deepEqual(await actor.unexpected(), [], `${title}: ${name} got more`);
  });
}

/** Plays the part of one client. */
class Actor {
  readonly #client: Client;
  /** The resume token and the bearer token that the server gave last, to whomever. */
  readonly #kept: { token: string; bearer: string };
  /** Received, and not yet looked at. */
  #lines: string[] = [];
  /** Answers to `users` that the example itself asked for, and that have not come yet. */
  #lists = 0;

  constructor(client: Client, kept: { token: string; bearer: string }) {
    this.#client = client;
    this.#kept = kept;
  }

  async play({ what, line, at }: Step): Promise<void> {
    if (what === 'says') {
      this.#client.write(`${line.replace('<token>', this.#kept.token).replace('<bearer>', this.#kept.bearer)}\n`);
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

  async #read(): Promise<string> {
    const line = await this.#client.line();
    this.#kept.token = /"resume_token":"([\w-]+)"/.exec(line)?.[1] ?? this.#kept.token;
    this.#kept.bearer = /"(cct_[\w-]{43})"/.exec(line)?.[1] ?? this.#kept.bearer;
    if (isList(line)) this.#lists = Math.max(0, this.#lists - 1);
    return line;
  }
}

function isList(line: string): boolean {
  return (JSON.parse(line) as { type?: unknown }).type === 'users';
}
