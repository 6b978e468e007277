import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from '../../server/app.ts';
import { makeDataFolder } from '../../server/app-parts.ts';
import { systemClock } from '../../server/base/clock.ts';
import { createLog } from '../../server/base/log.ts';
import { collectGarbage } from '../../server/base/memory-use.ts';
import { loadConfig } from '../../server/config/load.ts';
import { memoryStream } from '../support/memory-stream.ts';
import { type Batch, batch } from './batch.ts';
import { Chance } from './chance.ts';
import { LineBench } from './line-bench.ts';
import type { Memory } from './memory.ts';
import { serveBatch } from './served-batch.ts';
import type { Plan } from './wire.ts';

export interface InProcessFigures extends Memory {
  readonly lines: number;
  /** Of these, lines of batches that ran through the whole server, handlers and database included. */
  readonly served: number;
  readonly requests: number;
  readonly refused: number;
  readonly dispatched: number;
  readonly spelled: number;
  /** The batch that took most processor time per line of it, and its number. */
  readonly slowest: { readonly batch: number; readonly msPerLine: number };
}

/** One batch in so many runs through the whole server; the others as far as dispatch, and what they say to others is spelled. */
const servedShare = 64;

const wide = ['server.health_listen=', 'limits.bad_lines_per_minute=1000000000', 'limits.refusals_per_minute=1000000000', 'log.level=warn'];

/**
 * Fuzzes without sockets: bytes → guard → parser → dialect → dispatch → the line that others would hear. Throws at the first line at which
 * something is thrown that is no refusal, or of which something is made that no client may get.
 */
export async function fuzzInProcess({ lines, seed, onProgress, signal }: Plan): Promise<InProcessFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-fuzz-'));
  makeDataFolder(folder, 'en');
  const { config } = loadConfig({
    options: { listen: ['127.0.0.1:0'], data: folder, set: wide, profile: 'bench' },
    env: {},
    cwd: folder,
  });
  const stream = memoryStream();
  const log = createLog({ format: 'json', level: 'error', file: '', isTerminal: false, stream });
  const onLost = (error: Error) => {
    throw error;
  };
  const app = await startApp({ config, log, clock: systemClock, lang: 'en', version: '0.0.0-test', onLost, onSpent: () => undefined });
  const bench = new LineBench(app.house);
  let done = 0;
  let served = 0;
  let warmMib = 0;
  let mostMib = 0;
  let heldWarmMib: number | undefined;
  let slowest = { batch: 0, msPerLine: 0 };
  try {
    for (let number = 1; done < lines && signal?.aborted !== true; number += 1) {
      const chance = new Chance(seed, number);
      const next: Batch = batch(chance, lines - done);
      if (number % servedShare === 0) {
        await serveBatch(app.house, next);
        served += next.lines;
      } else {
        const before = process.cpuUsage();
        bench.run(next, chance);
        const msPerLine = process.cpuUsage(before).user / 1000 / next.lines;
        if (msPerLine > slowest.msPerLine) slowest = { batch: number, msPerLine };
      }
      done += next.lines;
      if (done >= lines / 4) heldWarmMib ??= heldNowMib();
      if (number % 256 === 0) {
        const mib = process.memoryUsage.rss() / 2 ** 20;
        if (done < lines / 4) warmMib = mib;
        mostMib = Math.max(mib, mostMib);
        onProgress?.(done, mib);
      }
    }
    assert.equal(stream.text(), '', 'no fault in the log');
    const { requests, refused, dispatched, spelled } = bench;
    const heldMib = heldNowMib();
    const memory = { warmMib, mostMib, heldWarmMib: heldWarmMib ?? heldMib, heldMib };
    return { lines: done, served, requests, refused, dispatched, spelled, slowest, ...memory };
  } finally {
    await app.stop();
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function heldNowMib(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
