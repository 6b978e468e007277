import { setTimeout as sleep } from 'node:timers/promises';
import { knownFigures } from './figures.ts';
import type { Job, RunResult } from './job.ts';
import { noFaults } from './ledger.ts';
import { per, settle, startUsage } from './measure.ts';
import { openGuests, Peer } from './peer.ts';
import { rssBytes } from './usage.ts';
import type { Workload } from './workloads.ts';

/** Opens many connections as fast as they are accepted, names them, and looks at what they cost the server while they rest. */
export async function runIdle(job: Job, workload: Extract<Workload, { kind: 'idle' }>): Promise<RunResult> {
  const faults = noFaults();
  let lines = 0;
  const peers = Array.from({ length: workload.clients }, (_, index) => new Peer(index));
  for (const peer of peers) {
    peer.onLine = () => {
      lines += 1;
    };
    peer.onClose = () => {
      faults.closed += 1;
    };
  }
  // What starting the server left behind is not the connections'.
  await sleep(500);
  const before = rssBytes(job.pids);

  const end = startUsage(job.pids);
  await openGuests(peers, job.port, { isHeard: false });
  const usage = end();
  await settle(() => lines, { quietMs: 300, limitMs: 5000 });
  await sleep(job.warmUpS * 1000);
  const after = rssBytes(job.pids);

  return {
    figures: knownFigures({
      connections_per_s: peers.length / usage.seconds,
      cpu_us_per_connection: per(usage.serverCpuS, peers.length / 1e6),
      rss_bytes_per_connection: after === undefined || before === undefined ? undefined : (after - before) / peers.length,
      rss_mb: per(after, 1_048_576),
    }),
    faults,
    refusal: '',
  };
}
