import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { Job, RunResult } from './job.ts';
import { nodeOptions, startServer } from './server-process.ts';
import type { Workload } from './workloads.ts';

/** A server under measure: the one of this build, or another to compare with. */
export interface Contender {
  readonly name: 'server' | 'versus';
  readonly command: string;
}

export interface Plan {
  readonly workloads: readonly Workload[];
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly seconds: number;
}

/** The rounds of one workload with one contender, in order. */
export interface Series {
  readonly workload: Workload;
  readonly contender: Contender;
  readonly rounds: readonly RunResult[];
}

export interface Progress {
  readonly round: number;
  readonly workload: Workload;
  readonly contender: Contender;
}

/** Runs everything `rounds` times, the contenders one right after the other and each first in every other round. */
export async function runRounds(
  plan: Plan,
  signal: AbortSignal,
  report: (progress: Progress, result?: RunResult) => void,
): Promise<readonly Series[]> {
  const series = plan.workloads.flatMap((workload) =>
    plan.contenders.map((contender) => ({ workload, contender, rounds: [] as RunResult[] })),
  );
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const workload of plan.workloads) {
      const turns = series.filter((one) => one.workload === workload);
      for (const { contender, rounds } of round % 2 === 1 ? turns : turns.reverse()) {
        const progress = { round, workload, contender };
        report(progress);
        const result = await runOnce(progress, plan.seconds, signal);
        rounds.push(result);
        report(progress, result);
      }
    }
  }
  return series;
}

async function runOnce({ workload, contender }: Progress, seconds: number, signal: AbortSignal): Promise<RunResult> {
  const server = await startServer(contender.command, signal);
  const warmUpS = Math.min(1, Math.max(0.3, seconds / 2));
  let load: ChildProcess | undefined;
  try {
    load = startLoad({ workload, port: server.port, gatewayPort: server.gatewayPort, pids: server.pids, seconds, warmUpS });
    return await resultOf(load, { workload, limitS: seconds + 120, signal });
  } finally {
    await server.stop();
    await endLoad(load);
  }
}

function startLoad(job: Job): ChildProcess {
  const program = fileURLToPath(new URL(`./load${extname(import.meta.url)}`, import.meta.url));
  return spawn(process.execPath, [...nodeOptions(), program, JSON.stringify(job)], { stdio: ['pipe', 'pipe', 'pipe'] });
}

/** The one line that the load generator prints. */
function resultOf(load: ChildProcess, options: { workload: Workload; limitS: number; signal: AbortSignal }): Promise<RunResult> {
  const { workload, limitS, signal } = options;
  return new Promise((resolve, reject) => {
    let output = '';
    let complaint = '';
    const limit = setTimeout(() => reject(new CommandError('failed', `${workload.name}: no result within ${limitS} s.`)), limitS * 1000);
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    load.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    load.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.endsWith('\n')) resolve(JSON.parse(output) as RunResult);
    });
    load.on('close', (code) => {
      clearTimeout(limit);
      signal.removeEventListener('abort', abort);
      reject(new CommandError('failed', `${workload.name}: ${complaint.trim() || `the load generator ended with exit code ${code}`}`));
    });
  });
}

async function endLoad(load: ChildProcess | undefined): Promise<void> {
  if (load === undefined || load.exitCode !== null || load.signalCode !== null) return;
  const exited = once(load, 'exit');
  load.stdin?.end();
  const patience = setTimeout(() => load.kill('SIGKILL'), 2000);
  await exited;
  clearTimeout(patience);
}
