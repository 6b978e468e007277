#!/usr/bin/env node
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { CommandError, exitCodes } from '../../server/base/exit-codes.ts';
import type { Skipped } from './report.ts';
import { faultsOf, jsonReport, textReport } from './report.ts';
import type { Contender, Progress } from './rounds.ts';
import { runRounds } from './rounds.ts';
import { ownServer } from './server-process.ts';
import { openFilesLimit } from './usage.ts';
import type { Workload } from './workloads.ts';
import { allWorkloads, pickWorkloads } from './workloads.ts';

/** `npm run bench`: measures a server in processes of its own, on 127.0.0.1 only. */
interface Options {
  only?: string[];
  seconds?: number;
  rounds?: number;
  json?: boolean;
  quick?: boolean;
  server?: string;
  versus?: string;
}

const number = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (!(value >= least && value <= most)) throw new InvalidArgumentError(`It is a number from ${least} to ${most}.`);
  return value;
};

const serverCommand = (text: string) => {
  if (!text.includes('{port}')) throw new InvalidArgumentError('It needs {port} where the port goes.');
  return text;
};

const program = new Command('bench')
  .description('Measure what a ClassCord server costs and delivers, and check that it loses, repeats and reorders nothing.')
  .option('--only <names>', 'workloads or families of them, by commas', (text) => text.split(',').filter((name) => name !== ''))
  .option('--seconds <n>', 'length of each measured window (default: 2; with --quick 0.5)', number(0.1, 60))
  .option('--rounds <n>', 'how often everything is measured; medians are shown (default: 3; with --quick 1)', number(1, 100))
  .option('--quick', 'one short round, 1,000 idle connections')
  .option('--json', 'print everything as JSON, each round included')
  .option('--server <command>', 'measure another server: {port}, {gateway} and {data} are filled in', serverCommand)
  .option('--versus <command>', 'measure this server too, in turns with the first, and print the ratios', serverCommand)
  .addHelpText('after', () => `\nWorkloads:\n${workloadList()}\n${examples}`)
  .exitOverride();

const workloadList = () =>
  allWorkloads(false)
    .map(({ name, doc }) => `  ${name.padEnd(16)} ${doc}`)
    .join('\n');

const examples = `
Examples:
  npm run bench                                       all of it, some four minutes
  npm run bench -- --quick --only fanout              a first look
  npm run bench -- --only fanout-100x10,pairs --seconds 5 --rounds 5
  npm run bench -- --only fanout-1000x10,websocket    a channel of 1,000 by TCP and by WebSocket
  npm run bench -- --only fanout --versus 'node ../before/dist/tools/bin/classcord.cjs serve --profile bench --data {data} --listen 127.0.0.1:{port}'
  node dist/tools/bench/search.js                     search and history among a million messages, some three minutes

CPU is the server's own processor time, user and system, all threads. It hardly depends on what else the machine does, while
deliveries/s does: the load generator shares its cores. Compare only within one run. The data lie under TMPDIR.

Exit codes: 0 correct, 1 something was lost, repeated or reordered, 2 wrong usage, 3 a workload was skipped, 8 the server did not start.
`;

async function bench(options: Options): Promise<number> {
  const isQuick = options.quick ?? false;
  const wanted = pickWorkloads(options.only ?? [], isQuick);
  const contenders: Contender[] = [{ name: 'server', command: options.server ?? ownServer() }];
  if (options.versus !== undefined) contenders.push({ name: 'versus', command: options.versus });
  const skipped = [...tooMany(wanted), ...withoutGateway(wanted, contenders)];
  const plan = {
    workloads: wanted.filter((workload) => !skipped.some((one) => one.workload === workload)),
    contenders,
    rounds: Math.round(options.rounds ?? (isQuick ? 1 : 3)),
    seconds: options.seconds ?? (isQuick ? 0.5 : 2),
  };
  for (const { workload, reason } of skipped) tell(`${workload.name} is skipped: ${reason}\n`);
  if (isInMemory(tmpdir())) tell(`${tmpdir()} is held in memory: commits cost no disk time. Set TMPDIR to a folder on a disk.\n`);

  const series = await runRounds(plan, interruption(), (progress, result) => {
    const what = `${describe(progress)} of ${plan.rounds}`;
    if (result !== undefined) tell(`${what}: ${faultsOf([result]).replace('round 1: ', '') || 'correct'}\n`);
    else if (process.stderr.isTTY) process.stderr.write(`${what} …`);
  });
  const { NO_COLOR } = process.env;
  const isColored = process.stdout.isTTY === true && !NO_COLOR;
  process.stdout.write(options.json ? `${jsonReport(plan, series, skipped)}\n` : textReport(series, isColored));
  if (series.some(({ rounds }) => faultsOf(rounds) !== '')) return exitCodes.failed.code;
  return skipped.length > 0 ? exitCodes.partly.code : exitCodes.ok.code;
}

/** The workloads with more connections than a process may have open here. */
function tooMany(workloads: readonly Workload[]): readonly Skipped[] {
  const limit = openFilesLimit();
  const needed = (workload: Workload) => workload.clients + 128;
  return workloads
    .filter((workload) => needed(workload) > limit)
    .map((workload) => ({
      workload,
      reason: `it needs ${needed(workload)} open files and the hard limit is ${limit}; raise it (ulimit -Hn, LimitNOFILE=, --ulimit nofile).`,
    }));
}

/** The workloads by WebSocket, when a server is measured whose command names no port for it. */
function withoutGateway(workloads: readonly Workload[], contenders: readonly Contender[]): readonly Skipped[] {
  if (contenders.every(({ command }) => command.includes('{gateway}'))) return [];
  return workloads
    .filter((workload) => workload.kind === 'talk' && workload.isWebSocket === true)
    .map((workload) => ({ workload, reason: 'the command names no {gateway}, the port of a WebSocket gateway.' }));
}

/** True for tmpfs, so far as the system tells. */
function isInMemory(folder: string): boolean {
  return process.platform === 'linux' && statfsSync(folder).type === 0x01021994;
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new CommandError('interrupted', 'Interrupted.'));
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return controller.signal;
}

const describe = ({ round, workload, contender }: Progress) =>
  `${workload.name}${contender.name === 'versus' ? ' versus' : ''}, round ${round}`;

/** Says a whole line, over the one that tells what is running. */
const tell = (text: string) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : text);

try {
  program.parse();
  process.exitCode = await bench(program.opts<Options>());
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.ok.code : exitCodes.usage.code;
  else if (error instanceof CommandError) {
    tell(`bench: ${error.message}\n`);
    process.exitCode = exitCodes[error.exit].code;
  } else throw error;
}
