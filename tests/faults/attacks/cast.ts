import { setTimeout as wait } from 'node:timers/promises';
import { batch } from '../../fuzz/batch.ts';
import type { Chance } from '../../fuzz/chance.ts';
import { Peer } from '../../support/peer.ts';

/** What an attack works with. Everything that it does is counted in `count`. */
export interface Stage {
  readonly port: number;
  readonly chance: Chance;
  readonly signal: AbortSignal;
  readonly count: (what: string, by?: number) => void;
}

/** One attack, and how many work at it at once. Each comes from a few loopback addresses, as if from other machines. */
interface Attack {
  readonly doc: string;
  readonly width: number;
  /** Series of the server’s metrics, as `measuresOf` names them: one of them grows when it has noticed. */
  readonly noticed: readonly string[];
  readonly play: (stage: Stage, number: number) => Promise<void>;
}

export const attacks = {
  'slow-loris': {
    doc: '600 connections that send a byte of a line now and then',
    width: 600,
    // So many crowd the places without a name: the first line has less time there than a line that was begun.
    noticed: ['closed slow_line', 'closed first_line'],
    play: loris,
  },
  'endless-lines': {
    doc: '16 connections that send as fast as they can and never end a line',
    width: 16,
    noticed: ['closed line_too_long'],
    play: endless,
  },
  'login-flood': {
    doc: '40 connections that send 20 logins at a time without waiting',
    width: 40,
    noticed: ['login failures rate_limited', 'login failures server_busy'],
    play: logins,
  },
  churn: { doc: '8 that connect and reset without a pause, in the middle of something', width: 8, noticed: ['rejected rate'], play: churn },
  'never-reading': {
    doc: '48 guests that say 8 kB each time and ask for history, and never read',
    width: 48,
    // Pages have an end: who asks for one after the other is held back, and answers no ping.
    noticed: ['closed slow_consumer', 'closed idle'],
    play: mute,
  },
  garbage: { doc: '8 connections that send fuzzed lines without a pause', width: 8, noticed: ['closed bad_lines'], play: garbage },
} as const satisfies Readonly<Record<string, Attack>>;
export type AttackName = keyof typeof attacks;

async function loris({ port, chance, signal, count }: Stage, number: number): Promise<void> {
  await pause(number, signal);
  while (!signal.aborted) {
    const peer = new Peer(port, address(number));
    if (await peer.opened()) count('connections');
    peer.write(Buffer.from('{"type":"message","content":"'));
    while (!peer.isGone && !signal.aborted) {
      await pause(500 + chance.below(500), signal);
      peer.write(Buffer.from('x'));
      count('bytes');
    }
    peer.reset();
    await pause(500, signal);
  }
}

async function endless({ port, signal, count }: Stage, number: number): Promise<void> {
  const over = aborted(signal);
  const piece = Buffer.alloc(65_536, 'x');
  while (!signal.aborted) {
    const peer = new Peer(port, address(number));
    if (await peer.opened()) count('connections');
    while (!peer.isGone && !signal.aborted) {
      await Promise.race([peer.written(piece), peer.gone, over]);
      count('bytes', piece.length);
    }
    peer.reset();
    await pause(20, signal);
  }
}

async function logins({ port, chance, signal, count }: Stage, number: number): Promise<void> {
  while (!signal.aborted) {
    const peer = new Peer(port, address(number));
    if (await peer.opened()) count('connections');
    for (let rounds = 0; rounds < 10 && !peer.isGone && !signal.aborted; rounds += 1) {
      const tries = Array.from({ length: 20 }, () => ({ type: 'login', username: `user-${chance.below(1000)}`, password: 'guess' }));
      peer.send(...tries);
      count('logins', tries.length);
      await pause(100, signal);
    }
    peer.reset();
    await pause(20, signal);
  }
}

async function churn({ port, chance, signal, count }: Stage, number: number): Promise<void> {
  while (!signal.aborted) {
    const peer = new Peer(port, address(number));
    const isIn = await peer.opened();
    count('connections');
    if (isIn) peer.write(Buffer.from(chance.pick(['', '{"type":"us', '{"type":"users"}\n', '{"type":"message","content":"x"}\n'])));
    peer.reset();
    await pause(1, signal);
  }
}

async function mute({ port, signal, count }: Stage, number: number): Promise<void> {
  const content = 'x'.repeat(8000);
  while (!signal.aborted) {
    const peer = new Peer(port, address(number), false);
    if (await peer.opened()) count('connections');
    peer.send({ type: 'hello', version: 2 }, { type: 'message', from: `mute-${number}`, content: '' });
    while (!peer.isGone && !signal.aborted) {
      peer.send({ type: 'message', content }, { type: 'history', channel: '#general', limit: 1000 }, { type: 'users' });
      count('lines', 3);
      await pause(200, signal);
    }
    peer.reset();
    await pause(100, signal);
  }
}

async function garbage({ port, chance, signal, count }: Stage, number: number): Promise<void> {
  const over = aborted(signal);
  while (!signal.aborted) {
    const peer = new Peer(port, address(number));
    if (await peer.opened()) count('connections');
    while (!peer.isGone && !signal.aborted) {
      const { lines, pieces } = batch(chance, 200);
      // Who is slowed is not read: without `over` this would wait for as long.
      for (const piece of pieces) await Promise.race([peer.written(piece), peer.gone, over]);
      count('lines', lines);
    }
    peer.reset();
    await pause(5, signal);
  }
}

const address = (number: number) => `127.0.7.${1 + (number % 4)}`;

const aborted = (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

const pause = (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal }).catch(() => undefined);
