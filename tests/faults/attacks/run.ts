import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type AttackName, attacks } from './cast.ts';
import { type Latencies, Pair } from './pair.ts';

/** What came of one attack. */
export interface Outcome {
  readonly attack: AttackName;
  /** What the attackers did. */
  readonly done: Readonly<Record<string, number>>;
  /** The pair before, and meanwhile. */
  readonly quiet: Latencies;
  readonly attacked: Latencies;
  /** What the server did about it: series of its metrics that grew, and by how much. */
  readonly measures: Readonly<Record<string, number>>;
}

export interface Siege {
  readonly port: number;
  readonly attack: AttackName;
  /** How long the pair is watched before. */
  readonly quietS: number;
  /** How long at least the attack lasts. */
  readonly seconds: number;
}

/** How much longer than planned an attack may need to be noticed on a busy machine. */
const patienceS = 120;

/** For the pair every limit holds but the one on messages of accounts: two words in 25 ms are not human. */
export const pairSettings = ['limits.messages.burst=1000000', 'limits.messages.per_second=1000000', 'log.level=error'];

const attackerProgram = fileURLToPath(new URL('attacker.ts', import.meta.url));

/**
 * Lets a pair talk, then attacks the server from a process of its own, until the server has noticed it, however slow the machine. Throws
 * when it does not, or when a word of the pair is lost.
 */
export async function besiege({ port, attack, quietS, seconds }: Siege): Promise<Outcome> {
  const pair = await Pair.come(port);
  pair.talk();
  await wait(500);
  const quiet = pair.nextWindow();
  await wait(quietS * 1000);
  const quietLatencies = await quiet.end();

  const before = await measuresOf(port);
  const attacker = spawn(process.execPath, ['--import', 'tsx', attackerProgram, String(port), attack], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = text(attacker.stdout);
  await once(attacker.stdout, 'readable');
  const attacked = pair.nextWindow();
  const startedAt = performance.now();
  let measures: Outcome['measures'] = {};
  for (let isOver = false; !isOver; ) {
    await wait(Math.min(1000, seconds * 1000));
    assert.equal(attacker.exitCode, null, 'the attackers ended');
    measures = growth(before, await measuresOf(port));
    const passedS = (performance.now() - startedAt) / 1000;
    const { noticed } = attacks[attack];
    const isNoticed = noticed.some((series) => (measures[series] ?? 0) > 0);
    assert.ok(isNoticed || passedS < seconds + patienceS, `${attack}: none of ${noticed} grew: ${JSON.stringify(measures)}`);
    isOver = isNoticed && passedS >= seconds;
  }
  const attackedLatencies = await attacked.end();
  attacker.stdin.end();
  const done = JSON.parse((await said).split('\n')[1] ?? '') as Outcome['done'];
  await pair.leave();
  return { attack, done, quiet: quietLatencies, attacked: attackedLatencies, measures };
}

/** Series that tell of limits at work. */
const limiting =
  /^classcord_(connections_closed_total\{reason="(?!client|reset|drain|door)|connections_rejected_total|rate_limited_total|login_failures_total|slow_consumer_gaps_total|protocol_errors_total|request_errors_total\{code="(?:server_busy|rate_limited)")/;

async function measuresOf(port: number): Promise<ReadonlyMap<string, number>> {
  const metrics = await text(connectSocket({ host: '127.0.0.1', port, allowHalfOpen: true }).end('GET_METRICS\n'));
  const lines = metrics.split('\n').filter((line) => limiting.test(line));
  assert.ok(lines.length > 10, 'the server tells what it limits');
  return new Map(lines.map((line) => [shortName(line), Number(line.split(' ').at(-1))]));
}

/** `classcord_connections_closed_total{reason="bad_lines"} 3` → `closed bad_lines`. */
function shortName(line: string): string {
  const [, name = '', label] = /^classcord_(\w+?)(?:_total)?(?:\{\w+="(\w+)"\})? /.exec(line) ?? [];
  const noun = name
    .replace('connections_', '')
    .replace('slow_consumer_gaps', 'gaps')
    .replace('request_errors', 'told')
    .replaceAll('_', ' ');
  return label === undefined ? noun : `${noun} ${label}`;
}

function growth(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  const grown = [...after].map(([series, value]) => [series, value - (before.get(series) ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, by]) => by > 0));
}
