import { Command, InvalidArgumentError } from 'commander';
import { fuzzInProcess } from './in-process.ts';
import { overgrown } from './memory.ts';
import { fuzzWire } from './wire.ts';

/** `npm run fuzz`: random and mutated lines against a server. The same seed sends the same lines. */
interface Options {
  readonly lines: number;
  readonly seed: number;
  readonly inProcess?: boolean;
}

const whole = (text: string) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It is a whole number from 1.');
  return value;
};

const { lines, seed, inProcess } = new Command('fuzz')
  .description(
    'Send random and mutated lines to a server, beside honest clients that check every line they get. Ends with 1 at the first harm, or when memory grows.',
  )
  .option('--lines <n>', 'how many lines', whole, 100_000)
  .option('--seed <n>', 'which lines', whole, Math.floor(Math.random() * 2 ** 31) + 1)
  .option('--in-process', 'without sockets: against line guard, parser, dialects and dispatch')
  .parse()
  .opts<Options>();

const startedAt = performance.now();
let toldAt = startedAt;
const tell = (text: string) => process.stderr.write(`${text}\n`);
const onProgress = (done: number, mib: number) => {
  if (performance.now() - toldAt < 10_000) return;
  toldAt = performance.now();
  tell(`${done} of ${lines} lines, ${Math.round((done / (toldAt - startedAt)) * 1000)}/s, ${Math.round(mib)} MiB`);
};

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort());

tell(`seed ${seed}`);
try {
  const figures = await (inProcess === true ? fuzzInProcess : fuzzWire)({ lines, seed, onProgress, signal: interruption.signal });
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(`${JSON.stringify({ seed, seconds: Math.round(seconds), ...figures }, null, 2)}\n`);
  const fault = overgrown(figures);
  if (fault !== null) {
    tell(fault);
    process.exitCode = 1;
  }
} catch (error) {
  tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
