import { setTimeout as wait } from 'node:timers/promises';
import { batch } from '../fuzz/batch.ts';
import { Chance } from '../fuzz/chance.ts';
import { Peer } from '../support/peer.ts';

/** How much each kind of actor has done. */
export interface Done {
  /** Messages said by those who stay. */
  said: number;
  /** Connections that came and went. */
  churned: number;
  /** Questions about the past and the present. */
  asked: number;
  /** Clients that never read and were cut off. */
  cutOff: number;
  /** Fuzzed lines. */
  fuzzed: number;
}

interface Stage {
  readonly port: number;
  readonly seed: number;
  readonly chance: Chance;
  readonly signal: AbortSignal;
}

/**
 * The names that are tried, the addresses and the fuzzed lines come round within minutes: what the server remembers of each, in tables
 * with a bound, is there once it is warm, and what grows after that is kept of things that happened before.
 */
const strangersTried = 20;
const vandalAddresses = 10;
const vandalTurns = 100;

type Actor = (stage: Stage, done: Done, number: number) => Promise<void>;

/** A class and its troublemakers, each kind at the pace of people: the shipped limits hold. */
const cast: readonly (readonly [count: number, actor: Actor])[] = [
  [24, talker],
  [4, churner],
  [4, reader],
  [3, silent],
  [2, vandal],
];

export function nothingDone(): Done {
  return { said: 0, churned: 0, asked: 0, cutOff: 0, fuzzed: 0 };
}

/** Plays until the signal; what is done is counted in `done`. */
export async function runActors(stage: Stage, done: Done): Promise<void> {
  const actors = cast.flatMap(([count, actor]) => Array.from({ length: count }, () => actor));
  await Promise.all(actors.map((actor, number) => actor(stage, done, number)));
}

/** Stays and talks, about once a second; comes back when it was cut off. */
async function talker({ port, chance, signal }: Stage, done: Done, number: number): Promise<void> {
  while (!signal.aborted) {
    const peer = new Peer(port, address(2, number));
    if (number % 2 === 0) peer.send({ type: 'hello', version: 2, caps: ['echo', 'typing', 'members'] });
    peer.send({ type: 'message', from: `talker-${number}`, content: '' });
    while (!peer.isGone && !signal.aborted) {
      const content = 'bla '.repeat(1 + chance.below(chance.oneIn(4) ? 1500 : 40));
      const to = chance.oneIn(5) ? { subtype: 'private', to: `talker-${chance.below(24)}` } : { subtype: 'global' };
      peer.send({ type: 'message', ...to, content });
      done.said += 1;
      await pause(500 + chance.below(1000), signal);
    }
    peer.reset();
    await pause(1000, signal);
  }
}

/** Comes, says something or half of it, and goes in one of the ways in which one goes. */
async function churner({ port, chance, signal }: Stage, done: Done, number: number): Promise<void> {
  while (!signal.aborted) {
    const peer = new Peer(port, address(3, chance.below(50)));
    if (await peer.opened()) {
      const how = chance.below(5);
      if (how > 0) peer.send({ type: 'message', from: `passer-by-${number}-${done.churned % 1000}`, content: 'hello' });
      if (how === 1) peer.send({ type: 'hello', version: 2 }, { type: 'join', channel: '#dev' });
      if (how === 2) peer.send({ type: 'login', username: `nobody-${chance.below(strangersTried)}`, password: 'x' });
      if (how === 3) peer.write(Buffer.from('{"type":"mess'));
      await pause(chance.below(200), signal);
      if (chance.oneIn(2)) peer.reset();
      else peer.end();
      await Promise.race([peer.gone, aborted(signal)]);
    }
    done.churned += 1;
    await pause(chance.below(400), signal);
  }
}

/** Reads back, searches and asks who is here. */
async function reader({ port, chance, signal }: Stage, done: Done, number: number): Promise<void> {
  while (!signal.aborted) {
    const peer = new Peer(port, address(4, number));
    peer.send({ type: 'hello', version: 2 }, { type: 'message', from: `reader-${number}`, content: '' });
    while (!peer.isGone && !signal.aborted) {
      peer.send(
        chance.pick([
          { type: 'history', channel: '#general', limit: 200 },
          { type: 'history', channel: '#general', before: 1 + chance.below(5000), limit: 50 },
          { type: 'search', query: 'bla', limit: 20 },
          { type: 'users' },
          { type: 'channels' },
          { type: 'members', channel: '#general' },
          { type: 'conversations' },
        ]),
      );
      done.asked += 1;
      await pause(2000 + chance.below(3000), signal);
    }
    peer.reset();
    await pause(1000, signal);
  }
}

/** Takes a name, never reads, and comes back once it was cut off. Who does not read is not told of it: it says something now and then, and hears from the kernel that nobody is there. */
async function silent({ port, signal }: Stage, done: Done, number: number): Promise<void> {
  while (!signal.aborted) {
    const peer = new Peer(port, address(5, number), false);
    peer.send({ type: 'message', from: `silent-${number}`, content: '' });
    while (!peer.isGone && !signal.aborted) {
      await pause(2000, signal);
      peer.send({ type: 'users' });
    }
    if (peer.isGone) done.cutOff += 1;
    peer.reset();
    await pause(500, signal);
  }
}

/**
 * Sends fuzzed lines on one connection after the other, and resets each: after an orderly end the server would carry out all that was
 * said, at the pace of a v1 guest, and keep the connection for minutes.
 */
async function vandal({ port, seed, chance, signal }: Stage, done: Done, number: number): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const peer = new Peer(port, address(6, number * vandalAddresses + (turn % vandalAddresses)));
    const { lines, pieces, isReset } = batch(new Chance(seed, number, turn % vandalTurns), 60);
    if (await peer.opened()) {
      for (const piece of pieces) peer.write(piece);
      done.fuzzed += lines;
      if (!isReset) await Promise.race([peer.gone, pause(chance.below(5000), signal)]);
      peer.reset();
    }
    await pause(500, signal);
  }
}

const address = (net: number, host: number) => `127.0.${net}.${1 + (host % 250)}`;

const pause = (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal }).catch(() => undefined);

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
