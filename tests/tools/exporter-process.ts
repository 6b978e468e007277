import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { classcord } from '../support/program.ts';
import { type LogLine, until } from '../support/server-process.ts';

export interface ExporterProcessOptions {
  readonly data: string;
  readonly staleAfter?: number;
  /** Another user than ours: root's tests only. */
  readonly uid?: number;
}

/** `classcord exporter` in a process of its own, on a free port. */
export class ExporterProcess {
  readonly child: ChildProcess;
  #out = '';
  #err = '';

  constructor({ data, staleAfter = 10, uid }: ExporterProcessOptions) {
    const flags = ['--listen', '127.0.0.1:0', '--data', data, '--stale-after', String(staleAfter)];
    this.child = spawn(process.execPath, [...classcord(), 'exporter', ...flags], {
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.#out += chunk.toString();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.#err += chunk.toString();
    });
  }

  get log(): readonly LogLine[] {
    const lines = this.#out.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  /** Resolves when it listens. */
  async untilListening(): Promise<void> {
    await until(() => this.#address !== undefined || this.child.exitCode !== null, 'the exporter to listen');
    assert.notEqual(this.#address, undefined, `the exporter ended: ${this.#err}`);
  }

  /** Asks it for a page. */
  get(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://${this.#address}${path}`, init);
  }

  async text(): Promise<string> {
    const response = await this.get('/metrics');
    assert.equal(response.status, 200);
    return response.text();
  }

  async up(): Promise<number | undefined> {
    return seriesOf(await this.text()).get('classcord_up');
  }

  /** Resolves when `classcord_up` is that. */
  async untilUp(value: number, mostMs?: number): Promise<void> {
    await until(async () => (await this.up()) === value, `classcord_up ${value}`, mostMs);
  }

  /** Resolves when a look has found it down for that reason: the first looks may come before the process that reads has started. */
  async untilDown(reason: string): Promise<void> {
    const series = `classcord_exporter_down_total{reason="${reason}"}`;
    await until(async () => (seriesOf(await this.text()).get(series) ?? 0) > 0, series);
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  get #address(): string | undefined {
    return this.log.find((line) => line['event.action'] === 'exporter.listen')?.['classcord.address'] as string | undefined;
  }
}

/** An exporter that listens; it is killed when the test ends. */
export async function startExporter(t: TestContext, options: ExporterProcessOptions): Promise<ExporterProcess> {
  const exporter = new ExporterProcess(options);
  t.after(() => exporter.child.kill('SIGKILL'));
  await exporter.untilListening();
  return exporter;
}

/** The series of a page in Prometheus' text format: name with labels, and value. */
export function seriesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1).replace('Nan', 'NaN'))];
    }),
  );
}
