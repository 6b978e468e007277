import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { freePort, ServerProcess } from '../../support/server-process.ts';
import { type AttackName, attacks } from './cast.ts';
import type { Latencies } from './pair.ts';
import { besiege, type Outcome, pairSettings } from './run.ts';

/** `npm run attacks`: what an established pair notices of each attack. Ends with 1 when its p99 is above the bound, or the attack is not noticed. */
interface Options {
  readonly seconds: number;
  readonly bound: number;
  readonly only: readonly AttackName[];
}

/** In a crowd the first line is waited for 15 s, otherwise a line that was begun for 30 s: shorter than that says nothing about slow-loris. */
const leastSeconds: Readonly<Partial<Record<AttackName, number>>> = { 'slow-loris': 40 };

/** Of 80 that the pair says when its own process gets its turn. */
const leastWordsPerS = 20;

const number = (text: string) => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It is a number above 0.');
  return value;
};
const all = Object.keys(attacks) as readonly AttackName[];
const chosen = (text: string) =>
  text.split(',').map((name) => {
    const known = all.find((each) => each === name);
    if (known === undefined) throw new InvalidArgumentError(`It is one of ${all.join(', ')}.`);
    return known;
  });

const { seconds, bound, only } = new Command('attacks')
  .description('Attack a server with its shipped limits, one attack after the other, and measure what two people who talk notice of it.')
  .option('--seconds <n>', 'how long each attack lasts at least', number, 10)
  .option('--bound <ms>', 'highest p99 of the pair under attack', number, 100)
  .option('--only <names>', 'attacks, by commas', chosen, all)
  .parse()
  .opts<Options>();

const row = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
const ms = ({ p50Ms, p99Ms, mostMs }: Latencies) => [p50Ms, p99Ms, mostMs].map((value) => value.toFixed(1)).join(' / ');
const listed = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');

row(['attack', 'what the attackers did', 'pair before: p50 / p99 / max ms', 'pair meanwhile', 'what the server did']);
row(['---', '---', '---', '---', '---']);
for (const attack of only) {
  const { done, quiet, attacked, measures } = await withServer((port) =>
    besiege({ port, attack, quietS: Math.min(5, seconds), seconds: Math.max(seconds, leastSeconds[attack] ?? 0) }),
  );
  row([attack, listed(done), ms(quiet), ms(attacked), listed(measures)]);
  if (!(attacked.p99Ms <= bound) || attacked.words < leastWordsPerS * seconds) process.exitCode = 1;
}

async function withServer(run: (port: number) => Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-attacks-'));
  const server = new ServerProcess(await freePort(), folder, { hasShippedLimits: true, set: pairSettings });
  try {
    await server.untilAccepting();
    return await run(server.port);
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
