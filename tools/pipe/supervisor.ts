import { type ChildProcess, spawn } from 'node:child_process';
import { exitCodes } from '../../server/base/exit-codes.ts';
import { BackOff } from '../client/back-off.ts';
import type { ChatClient } from '../client/main.ts';
import { LineReader } from './lines.ts';
import { Talk, type TalkOptions } from './talk.ts';
import { writerTo } from './writer.ts';

export interface SupervisorParts {
  readonly command: readonly string[];
  readonly talk: Omit<TalkOptions, 'write'>;
  /** So often in a row a program that ends soon is started again. */
  readonly restarts: number;
  readonly signal: AbortSignal;
  readonly tell: (text: { what: 'missing' | 'restart' | 'enough'; detail: string }) => void;
}

/** How a program ended; null for what does not apply. */
interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly failure: Error | null;
}

/** A program that ran so long was well: the count of restarts begins anew. */
const wellMs = 60_000;
const waits = { firstMs: 500, mostMs: 60_000 };
/** A program that is asked to stop sees the end of its input first, then SIGTERM, then SIGKILL. */
const termMs = 2000;
const killMs = 5000;

/** Keeps one program running: it speaks lines with a client, and is started again when it fails. */
export class Supervisor {
  readonly #client: ChatClient;
  readonly #parts: SupervisorParts;
  #child: ChildProcess | null = null;
  #talk: Talk | null = null;
  #ended: Promise<End> = Promise.resolve({ code: 0, signal: null, failure: null });
  #isStopping = false;
  #runs = 0;
  #wake: () => void = () => undefined;

  constructor(client: ChatClient, parts: SupervisorParts) {
    this.#client = client;
    this.#parts = parts;
    parts.signal.addEventListener('abort', () => void this.stop());
  }

  /** Runs the program until it ends well, is given up, or `stop`; resolves with the exit code of the command. */
  async run(): Promise<number> {
    const backOff = new BackOff({ ...waits, tries: this.#parts.restarts }, Math.random);
    for (;;) {
      const startedAt = performance.now();
      const end = await this.#runOnce();
      if (this.#isStopping || (end.code === 0 && end.failure === null)) return exitCodes.ok.code;
      if (end.failure !== null) {
        this.#parts.tell({ what: 'missing', detail: end.failure.message });
        return exitCodes.notFound.code;
      }
      if (performance.now() - startedAt > wellMs) backOff.reset();
      const detail = end.signal ?? `exit ${end.code}`;
      const waitMs = backOff.next();
      this.#parts.tell({ what: waitMs === null ? 'enough' : 'restart', detail });
      if (waitMs === null) return exitCodes.failed.code;
      await this.#rest(waitMs);
      if (this.#isStopping) return exitCodes.ok.code;
    }
  }

  /** Resolves when the program is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake();
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.stdin?.end();
    const term = setTimeout(() => {
      this.#talk?.stop();
      child.kill('SIGTERM');
    }, termMs);
    const kill = setTimeout(() => child.kill('SIGKILL'), killMs);
    await this.#ended;
    clearTimeout(term);
    clearTimeout(kill);
  }

  async #runOnce(): Promise<End> {
    const [program = '', ...args] = this.#parts.command;
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.#ended = endOf(child);
    // It may end while it is written to.
    child.stdin.on('error', () => undefined);
    const events = this.#client.events();
    const talk = new Talk(this.#client, { ...this.#parts.talk, write: writerTo(child.stdin) });
    this.#talk = talk;
    const told = talk.tellAll(events, { isOnline: this.#runs > 0 });
    this.#runs += 1;
    const taken = talk.takeAll(new LineReader(child.stdout));
    const end = await this.#ended;
    await events.return?.();
    // What it left behind may hold its output open for ever; what it said before it failed may be more than its rate allows.
    const late = setTimeout(() => {
      child.stdout.destroy();
      if (end.code !== 0 || this.#isStopping) talk.stop();
    }, termMs);
    await Promise.all([told, taken]);
    clearTimeout(late);
    return end;
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (failure) => resolve({ code: null, signal: null, failure }));
    child.once('exit', (code, signal) => resolve({ code, signal, failure: null }));
  });
}
