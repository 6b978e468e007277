import { setMaxListeners } from 'node:events';
import { setPriority } from 'node:os';
import { Chance } from '../../fuzz/chance.ts';
import { type AttackName, attacks } from './cast.ts';

/**
 * The attackers, a process of their own: `attacker.ts PORT ATTACK`. They work until standard input ends, then tell what they did. They stand for
 * other machines, so they leave the server the larger share of the processor; whatever they do, they do at a bounded width.
 */
const [port, name] = process.argv.slice(2) as [string, AttackName];
setPriority(5);
const stop = new AbortController();
setMaxListeners(0, stop.signal);
process.stdin.on('end', () => stop.abort()).resume();

const counts: Record<string, number> = {};
const { width, play } = attacks[name];
const stage = {
  port: Number(port),
  chance: new Chance(1),
  signal: stop.signal,
  count: (what: string, by = 1) => {
    counts[what] = (counts[what] ?? 0) + by;
  },
};
process.stdout.write('at work\n');
await Promise.all(Array.from({ length: width }, (_, number) => play(stage, number)));
process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit(0));
