import type { Figures } from './figures.ts';
import type { Faults } from './ledger.ts';
import type { Workload } from './workloads.ts';

/** What the bench asks of the load generator, which is a process of its own. */
export interface Job {
  readonly workload: Workload;
  /** Of the server, on 127.0.0.1. */
  readonly port: number;
  /** Of its WebSocket gateway; 0 when the command names none. */
  readonly gatewayPort: number;
  /** Processes of the server, whose times and memory are read. */
  readonly pids: readonly number[];
  /** Length of the measured window. */
  readonly seconds: number;
  /** Load before the window, so that V8 has compiled what matters. */
  readonly warmUpS: number;
}

/** What one run measured. */
export interface RunResult {
  readonly figures: Figures;
  readonly faults: Faults;
  /** The first line with which the server refused something; empty when it never did. */
  readonly refusal: string;
}
