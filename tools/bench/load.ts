import { runIdle } from './idle.ts';
import type { Job, RunResult } from './job.ts';
import { runStorm } from './storm.ts';
import { runTalk } from './talk.ts';

/**
 * The load generator, a process of its own: `node load.js JOB` with the job as JSON. It prints one result as JSON and keeps
 * its connections until its standard input ends, so that the server is stopped first: ten thousand goodbyes are not measured.
 */
const job = JSON.parse(process.argv[2] ?? '') as Job;
process.stdin.on('end', () => process.exit(0)).resume();
// Ctrl-C reaches the whole terminal; the bench then ends this process in its turn.
process.on('SIGINT', () => {});
try {
  process.stdout.write(`${JSON.stringify(await run(job))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function run(job: Job): Promise<RunResult> {
  const { workload } = job;
  switch (workload.kind) {
    case 'talk':
      return runTalk(job, workload);
    case 'idle':
      return runIdle(job, workload);
    case 'storm':
      return runStorm(job, workload);
  }
}
