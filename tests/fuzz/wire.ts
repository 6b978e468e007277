import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { integrityOf } from '../support/ledger.ts';
import { inspectable, liveHeapMib } from '../support/live-heap.ts';
import { freePort, ServerProcess } from '../support/server-process.ts';
import { attack } from './attacker.ts';
import { batch } from './batch.ts';
import { Chance } from './chance.ts';
import { mallory } from './corpus.ts';
import type { Memory } from './memory.ts';
import { Witnesses } from './witness.ts';

export interface Plan {
  readonly lines: number;
  readonly seed: number;
  /** Told now and then how many lines are done, and what memory the server has by then. */
  readonly onProgress?: (lines: number, mib: number) => void;
  /** Ends it early; what was sent until then counts. */
  readonly signal?: AbortSignal;
}

export interface WireFigures extends Memory {
  readonly lines: number;
  readonly connections: number;
  /** Lines that the witnesses got and looked at; words of theirs that arrived. */
  readonly witnessed: number;
  readonly pulses: number;
  /** What the server counted: lines that are none, requests refused, messages stored. */
  readonly counted: Readonly<Record<'bad lines' | 'refusals' | 'messages' | 'internal', number>>;
}

/** Hostile connections at once. */
const width = 32;

/** No line shall end its connection for being one of many, and none waits for a disk: each is one more chance to break something. */
const patient = [
  'storage.synchronous=OFF',
  'limits.bad_lines_per_minute=1000000000',
  'limits.refusals_per_minute=1000000000',
  'log.level=error',
];

/**
 * Sends fuzzed lines to a real server in a process of its own, beside honest witnesses of each dialect. Throws at the first sign of harm:
 * a crash, an `internal`, a fault in the log, a line that may not be, a word of somebody honest that did not arrive.
 */
export async function fuzzWire(plan: Plan): Promise<WireFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-fuzz-'));
  const inspectedOn = await freePort();
  const server = new ServerProcess(await freePort(), folder, { set: patient, env: inspectable(inspectedOn) });
  try {
    await server.untilAccepting();
    const figures = await attackBesideWitnesses(server, plan, inspectedOn);
    assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.errors);
    assert.deepEqual(server.logged('fault'), []);
    assert.equal(integrityOf(join(folder, 'classcord.db')), 'ok');
    return figures;
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function attackBesideWitnesses(server: ServerProcess, plan: Plan, inspectedOn: number): Promise<WireFigures> {
  const { lines, seed, onProgress, signal } = plan;
  const { port } = server;
  const harm = new AbortController();
  const fail = (error: unknown) => harm.abort(error);
  const witnesses = new Witnesses(fail);
  await witnesses.come(port);
  await ask(port, `${JSON.stringify({ type: 'register', ...mallory })}\n`);
  let done = 0;
  let started = 0;
  let connections = 0;
  let warmMib = 0;
  let mostMib = 0;
  let heldWarmMib: Promise<number> | undefined;
  const look = () => {
    const { residentMib } = server;
    if (done < lines / 4) warmMib = residentMib;
    mostMib = Math.max(residentMib, warmMib, mostMib);
    onProgress?.(done, residentMib);
  };
  const work = async () => {
    while (started < lines && !harm.signal.aborted && signal?.aborted !== true) {
      connections += 1;
      const chance = new Chance(seed, connections);
      const next = batch(chance, lines - started);
      started += next.lines;
      await attack(port, next, chance.oneIn(4));
      done += next.lines;
      if (done >= lines / 4) heldWarmMib ??= liveHeapMib(inspectedOn);
      assert.ok(!server.hasEnded, `the server ended: ${server.errors}`);
      if (connections % 64 === 0) look();
    }
  };
  await Promise.all(Array.from({ length: width }, work)).catch(fail);
  if (!harm.signal.aborted) await witnesses.leave().catch(fail);
  look();
  if (harm.signal.aborted) {
    const faults = JSON.stringify(server.logged('fault').slice(0, 3));
    throw new Error(`seed ${seed}, after ${done} lines: ${String(harm.signal.reason)}\n${faults}`, { cause: harm.signal.reason });
  }
  const counted = countsIn(await ask(port, 'GET_METRICS\n'));
  assert.equal(counted.internal, 0, 'requests that failed inside');
  const heldMib = await liveHeapMib(inspectedOn);
  const memory = { warmMib, mostMib, heldWarmMib: (await heldWarmMib) ?? heldMib, heldMib };
  return { lines: done, connections, witnessed: witnesses.lines, pulses: witnesses.pulses, ...memory, counted };
}

/** Sends it and ends; all that comes back. */
async function ask(port: number, bytes: string): Promise<string> {
  return text(connectSocket({ host: '127.0.0.1', port, allowHalfOpen: true }).end(bytes));
}

function countsIn(metrics: string): WireFigures['counted'] {
  const sum = (series: RegExp) => [...metrics.matchAll(series)].reduce((total, [, value]) => total + Number(value), 0);
  return {
    'bad lines': sum(/^classcord_protocol_errors_total\{.*\} (\d+)$/gm),
    refusals: sum(/^classcord_request_errors_total\{.*\} (\d+)$/gm),
    messages: sum(/^classcord_messages_received_total\{.*\} (\d+)$/gm),
    internal: sum(/^classcord_request_errors_total\{code="internal"\} (\d+)$/gm),
  };
}
