import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { controlFile } from '../../server/transport/control-socket.ts';
import { Splitter } from '../fuzz/splitter.ts';
import { integrityOf } from '../support/ledger.ts';
import { inspectable, liveHeapMib } from '../support/live-heap.ts';
import { metricsOf, sumOf } from '../support/server-metrics.ts';
import { freePort, ServerProcess, until } from '../support/server-process.ts';
import { unitEnv } from '../support/units.ts';
import { type Done, nothingDone } from './actors.ts';
import { judge, type Open, type Sample, type Verdict } from './trend.ts';

export interface Course {
  readonly seconds: number;
  /** It goes on until the load has done that much, however slow the machine. */
  readonly least?: Partial<Done>;
  readonly seed: number;
  /** Seconds between two looks. */
  readonly everyS: number;
  /** Collects all garbage before each look, and sees what is still held. */
  readonly isLive?: boolean;
  readonly onSample?: (sample: Sample) => void;
}

export interface EnduranceResult {
  readonly verdict: Verdict;
  readonly done: Done;
  /** What the server says that it did of it. */
  readonly served: Served;
  readonly samples: readonly Sample[];
}

export interface Served {
  readonly stored: number;
  readonly answered: number;
  readonly gone: number;
  readonly cutOff: number;
  readonly badLines: number;
}

/** How much longer than planned a load may need on a busy machine. */
const patienceS = 120;

/** By then somebody who never reads has been cut off. */
const cutOffAfterS = 1200;

const loadProgram = fileURLToPath(new URL('load.ts', import.meta.url));

/** Runs a real server with its shipped limits under mixed load from a process of its own, and watches what it takes. */
export async function endure({ seconds, least = {}, seed, everyS, isLive = false, onSample }: Course): Promise<EnduranceResult> {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-endurance-'));
  const port = await freePort();
  const inspectedOn = isLive ? await freePort() : null;
  const env = { ...unitEnv('classcord.service'), ...(inspectedOn === null ? {} : inspectable(inspectedOn)) };
  const server = new ServerProcess(port, folder, { hasShippedLimits: true, set: ['log.level=error'], env });
  try {
    await server.untilAccepting();
    // The last that it opens.
    await until(() => existsSync(join(folder, controlFile)), 'the control socket');
    const before = openIn(server.pid);
    const load = spawn(process.execPath, ['--import', 'tsx', loadProgram, String(server.port), String(seed)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let done = nothingDone();
    const told = new Splitter((line) => {
      done = JSON.parse(line.toString()) as Done;
    });
    load.stdout.on('data', (chunk: Buffer) => told.push(chunk));
    const hasDone = () => Object.entries(least).every(([what, count]) => done[what as keyof Done] >= count);
    const samples: Sample[] = [];
    const startedAt = performance.now();
    const since = () => (performance.now() - startedAt) / 1000;
    while (since() < seconds || !hasDone()) {
      await wait(everyS * 1000);
      assert.ok(since() < seconds + patienceS, `the load has only done ${JSON.stringify(done)}`);
      assert.ok(!server.hasEnded, `the server ended: ${server.errors}`);
      assert.equal(load.exitCode, null, 'the load ended');
      const sample = {
        seconds: since(),
        ...(inspectedOn === null ? {} : { liveMib: await liveHeapMib(inspectedOn) }),
        rssMib: server.residentMib,
        open: openIn(server.pid),
        walBytes: statSync(join(folder, 'classcord.db-wal')).size,
      };
      samples.push(sample);
      onSample?.(sample);
    }
    load.stdin.end();
    await once(load, 'close');
    // Connections that were never ended would keep theirs.
    await until(() => openIn(server.pid).sockets <= before.sockets, 'the connections to be gone', 90_000).catch(() => undefined);
    const verdict = judge(samples, { before, after: openIn(server.pid) });
    const served = servedOf(await metricsOf(port));
    assert.deepEqual(unserved(done, served, seconds), [], `the load was not served: ${JSON.stringify({ done, served })}`);
    assert.deepEqual(server.logged('fault'), []);
    assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.errors);
    assert.equal(integrityOf(join(folder, 'classcord.db')), 'ok');
    return { verdict, done, served, samples };
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function servedOf(metrics: string): Served {
  return {
    stored: sumOf(metrics, 'classcord_messages_received_total'),
    answered: sumOf(metrics, 'classcord_requests_total', /"(history|search|users|channels|members|conversations)"/),
    gone: sumOf(metrics, 'classcord_connections_closed_total', /"(client|reset)"/),
    cutOff: sumOf(metrics, 'classcord_connections_closed_total', /"slow_consumer"/),
    badLines: sumOf(metrics, 'classcord_protocol_errors_total'),
  };
}

/** Kinds of load that the server did not carry: then the figures say nothing. A client counts what it sent, whatever became of it. */
function unserved(done: Done, served: Served, seconds: number): readonly string[] {
  const shares = {
    said: served.stored / done.said,
    asked: served.answered / done.asked,
    churned: served.gone / done.churned,
    fuzzed: served.badLines > 0 ? 1 : 0,
    // The kernel keeps some megabytes for each of them first.
    cutOff: seconds < cutOffAfterS ? 1 : Math.min(served.cutOff, done.cutOff),
  };
  return Object.entries(shares).flatMap(([kind, share]) => (share >= 0.5 ? [] : [kind]));
}

/** What a process has open now. */
function openIn(pid: number): Open {
  const folder = `/proc/${pid}/fd`;
  const isSocket = (name: string) => {
    try {
      return readlinkSync(join(folder, name)).startsWith('socket:');
    } catch {
      return false;
    }
  };
  const names = readdirSync(folder);
  const sockets = names.filter(isSocket).length;
  return { sockets, files: names.length - sockets };
}
