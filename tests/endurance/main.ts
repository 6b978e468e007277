import { Command, InvalidArgumentError } from 'commander';
import { endure } from './run.ts';
import type { Sample } from './trend.ts';

/** `npm run endurance`: mixed load for as long as wanted; ends with 1 when memory, descriptors or the WAL grow. */
const number = (text: string) => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It is a number above 0.');
  return value;
};

const { minutes, seed, live } = new Command('endurance')
  .description('Run a server under mixed load (talk, churn, history, clients that never read, fuzzed lines) and watch what it takes.')
  .option('--minutes <n>', 'for how long; a slope is judged from 20 minutes on', number, 60)
  .option('--seed <n>', 'of the load', number, 1)
  .option('--live', 'collect all garbage before each look, and judge what is still held, too')
  .parse()
  .opts<{ minutes: number; seed: number; live?: boolean }>();

const row = (cells: readonly (string | number)[]) => process.stdout.write(`${cells.map((cell) => String(cell).padStart(12)).join('')}\n`);
row(['minutes', 'RSS MiB', ...(live === true ? ['held MiB'] : []), 'sockets', 'files', 'WAL MiB']);
const onSample = ({ seconds, rssMib, liveMib, open, walBytes }: Sample) =>
  row([
    (seconds / 60).toFixed(1),
    rssMib.toFixed(1),
    ...(liveMib === undefined ? [] : [liveMib.toFixed(1)]),
    open.sockets,
    open.files,
    (walBytes / 2 ** 20).toFixed(1),
  ]);

const { verdict, done, served } = await endure({
  seconds: minutes * 60,
  seed,
  everyS: Math.max(1, Math.min(15, minutes / 2)),
  isLive: live === true,
  onSample,
});
process.stdout.write(`${JSON.stringify({ minutes, seed, ...done, served, ...verdict }, null, 2)}\n`);
if (verdict.faults.length > 0) process.exitCode = 1;
