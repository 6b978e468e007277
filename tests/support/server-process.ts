import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { classcord } from './program.ts';

/** Longest wait for a start, an end or a log line, on however busy a machine. */
const patienceMs = 90_000;
const lookMs = 10;

export interface ProcessOptions {
  /** An existing data folder; by default a new one, removed at the end. */
  readonly folder?: string;
  /** An existing port, for a server that comes back. */
  readonly port?: number;
  /** Its log goes elsewhere. */
  readonly isLogUnread?: boolean;
  /** Listens on this address of the machine too. */
  readonly alsoOn?: string;
  /** `section.key=value` */
  readonly set?: readonly string[];
  /** The shipped limits instead of `--profile bench`. */
  readonly hasShippedLimits?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Another build of the server: the folder that takes the place of `dist`. */
  readonly build?: string;
  /** A command that ends by becoming the server: `prlimit …`, `strace -D …`, `unshare -m sh -c '… exec "$@"' sh`. */
  readonly prefix?: readonly string[];
}

export type LogLine = Readonly<Record<string, unknown>>;

/** How a server ended: an exit code, or the signal that killed it. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The real server in a process of its own: `classcord serve`. */
export class ServerProcess {
  readonly port: number;
  readonly folder: string;
  /** Nobody reads its log, or it does not say there that it listens. */
  readonly #isLogUnread: boolean;
  readonly #child: ChildProcess;
  readonly #end: Promise<End>;
  #out = '';
  #err = '';

  constructor(port: number, folder: string, options: ProcessOptions) {
    this.port = port;
    this.folder = folder;
    this.#isLogUnread = options.isLogUnread === true || (options.set ?? []).some((one) => /^log\.level=(warn|error)$/.test(one));
    // Many servers run at once: the port for health is for those who ask for one.
    const set = ['server.health_listen=', 'gateway.listen=', ...(options.set ?? [])].flatMap((assignment) => ['--set', assignment]);
    const profile = options.hasShippedLimits === true ? [] : ['--profile', 'bench'];
    const alsoOn = options.alsoOn === undefined ? [] : ['--listen', `${options.alsoOn}:${port}`];
    const serve = ['serve', '--data', folder, '--listen', `127.0.0.1:${port}`, ...alsoOn, ...profile, ...set];
    const [command = '', ...args] = [...(options.prefix ?? []), process.execPath, ...classcord(options.build), ...serve];
    const env = { ...process.env, LC_ALL: 'C', ...options.env };
    this.#child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#out += chunk.toString();
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#err += chunk.toString();
    });
    this.#end = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }) as End);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** What it wrote to standard error. */
  get errors(): string {
    return this.#err;
  }

  /** Its log so far. */
  get log(): readonly LogLine[] {
    const lines = this.#out.split('\n').slice(0, -1);
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine);
  }

  logged(event: string): readonly LogLine[] {
    return this.log.filter((line) => line['event.action'] === event);
  }

  /** The first log line of that event (and outcome), waited for. */
  async untilLogged(event: string, outcome?: string): Promise<LogLine> {
    const find = () => this.logged(event).find((line) => outcome === undefined || line['event.outcome'] === outcome);
    await until(() => find() !== undefined || this.hasEnded, `${event} in the log`);
    const line = find();
    assert.ok(line !== undefined, `ended without ${event}: ${this.#out}${this.#err}`);
    return line;
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Resolves when the process is gone and its output is complete. */
  ended(): Promise<End> {
    return this.#end;
  }

  /** As the kernel, a supervisor or a power cut ends it. */
  async kill(): Promise<void> {
    if (!this.hasEnded) this.#child.kill('SIGKILL');
    await this.#end;
  }

  /** Asks it to stop and waits. */
  async stop(): Promise<End> {
    if (!this.hasEnded) this.#child.kill('SIGTERM');
    return this.#end;
  }

  /** Resolves when it accepts; rejects when it ends first. */
  async untilAccepting(): Promise<void> {
    const deadline = performance.now() + patienceMs;
    // Another program may have taken the port meanwhile: it is this server only once it says so.
    while (!(await isAccepting(this.port)) || !(this.#isLogUnread || this.logged('server.listen').length > 0)) {
      if (this.hasEnded) await this.#end;
      assert.ok(!this.hasEnded, `the server ended with ${this.#child.exitCode}: ${this.#err}`);
      assert.ok(performance.now() < deadline, `no connection within ${patienceMs} ms: ${this.#out}${this.#err}`);
      await wait(lookMs);
    }
  }

  /** Open descriptors. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** Memory in use now, in MiB. */
  get residentMib(): number {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1]) / 1024;
  }

  /** CPU time used so far, in ms. */
  get cpuMs(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }
}

/** Starts a server, whether or not it will come up; it is killed, and its folder removed, when the test ends. */
export async function spawnServer(t: TestContext, options: ProcessOptions = {}): Promise<ServerProcess> {
  const folder = options.folder ?? dataFolder(t);
  const server = new ServerProcess(options.port ?? (await freePort()), folder, options);
  const users = usersOf.get(folder);
  if (users === undefined) t.after(() => server.kill());
  else users.push(server);
  return server;
}

/** Starts a server and waits until it accepts connections. */
export async function startProcess(t: TestContext, options: ProcessOptions = {}): Promise<ServerProcess> {
  const server = await spawnServer(t, options);
  await server.untilAccepting();
  return server;
}

/** Servers by their data folder: they are gone before it is. */
const usersOf = new Map<string, ServerProcess[]>();

/** A folder that is removed when the test ends, after the servers that used it were killed. */
export function dataFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-fault-'));
  const users: ServerProcess[] = [];
  usersOf.set(folder, users);
  t.after(async () => {
    await Promise.all(users.map((server) => server.kill()));
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Looks until it is so; fails after `mostMs`. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string, mostMs = patienceMs): Promise<void> {
  const deadline = performance.now() + mostMs;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `waited ${mostMs} ms for ${what}`);
    await wait(lookMs);
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function isAccepting(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1');
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
