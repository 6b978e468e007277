import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../../server/base/exit-codes.ts';
import { processTree } from './usage.ts';

/** A server that was started for one run, on a free port, with an empty data folder. */
export interface RunningServer {
  readonly port: number;
  readonly gatewayPort: number;
  /** Its process and what that has started. */
  readonly pids: readonly number[];
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Starts `command`, in which `{port}`, `{gateway}` and `{data}` are filled in, and waits until it accepts connections. */
export async function startServer(command: string, signal: AbortSignal): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-bench-'));
  const logFile = join(folder, 'server.log');
  const port = await freePort();
  const gatewayPort = await freePort();
  const line = command
    .replaceAll('{port}', String(port))
    .replaceAll('{gateway}', String(gatewayPort))
    .replaceAll('{data}', quote(join(folder, 'data')));
  const log = openSync(logFile, 'w');
  // By `exec` the process that is measured and stopped is the server itself, not a shell in front of it.
  const child = spawn('sh', ['-c', `exec ${line}`], { stdio: ['ignore', log, log] });
  closeSync(log);
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilAccepting(child, port, signal);
  } catch (error) {
    const lastWords = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
    await stop();
    throw signal.aborted
      ? error
      : new CommandError('unreachable', `The server did not start: ${(error as Error).message}.\n  ${line}\n${lastWords}`);
  }
  return { port, gatewayPort, pids: processTree(child.pid ?? 0), stop };
}

/** The command that starts the server this bench belongs to, compiled or not. */
export function ownServer(): string {
  const extension = isCompiled ? 'cjs' : 'cts';
  const program = fileURLToPath(new URL(`../bin/classcord.${extension}`, import.meta.url));
  if (!existsSync(program))
    throw new CommandError('notFound', `${program} is missing: build first (npm run build), or name a server by --server.`);
  return [process.execPath, ...nodeOptions(), program]
    .map(quote)
    .join(' ')
    .concat(' serve --profile bench --data {data} --listen 127.0.0.1:{port} --set gateway.listen=127.0.0.1:{gateway}');
}

/** What node needs to run a file of this program: nothing when compiled, tsx in development. */
export function nodeOptions(): readonly string[] {
  return isCompiled ? [] : ['--import', import.meta.resolve('tsx')];
}

const isCompiled = extname(import.meta.url) === '.js';

const quote = (text: string) => (/^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function untilAccepting(child: ChildProcess, port: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isAccepting(port))) {
    signal.throwIfAborted();
    if (hasEnded(child)) throw new Error(`it ended with ${child.signalCode ?? `exit code ${child.exitCode}`}`);
    if (performance.now() > deadline) throw new Error('it accepted no connection within 30 s');
    await sleep(25);
  }
}

function isAccepting(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** Asks the process to end, and makes it after 12 s; a server has 8 s for a graceful stop. */
async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const tree = processTree(child.pid ?? 0);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => tree.forEach(kill), 12_000);
  await exited;
  clearTimeout(patience);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended already.
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
