import { setMaxListeners } from 'node:events';
import { Chance } from '../fuzz/chance.ts';
import { nothingDone, runActors } from './actors.ts';

/** The load of an endurance run, a process of its own: `load.ts PORT SEED`. It works until its standard input ends, and tells twice a second what it has done. */
const [port, seed] = process.argv.slice(2).map(Number) as [number, number];
const stop = new AbortController();
setMaxListeners(0, stop.signal);
process.stdin.on('end', () => stop.abort()).resume();
const done = nothingDone();
const tell = () => process.stdout.write(`${JSON.stringify(done)}\n`);
const telling = setInterval(tell, 500);
await runActors({ port, seed, chance: new Chance(seed), signal: stop.signal }, done);
clearInterval(telling);
process.stdout.write(`${JSON.stringify(done)}\n`, () => process.exit(0));
