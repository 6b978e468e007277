import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Processor seconds that these processes have used, user and system, all threads; undefined where there is no /proc. */
export function cpuSeconds(pids: readonly number[]): number | undefined {
  const ticks = pids
    .map((pid) => statFields(pid))
    .map((fields) => (fields === undefined ? undefined : Number(fields[11]) + Number(fields[12])));
  return sumOrNone(ticks, 1 / ticksPerSecond);
}

/** Resident memory of these processes in bytes; undefined where there is no /proc. */
export function rssBytes(pids: readonly number[]): number | undefined {
  const kibibytes = pids.map((pid) => readProc(`${pid}/status`)?.match(/^VmRSS:\s+(\d+) kB$/m)?.[1]);
  return sumOrNone(
    kibibytes.map((value) => (value === undefined ? undefined : Number(value))),
    1024,
  );
}

/** A process and all that it has started, so far as /proc tells. */
export function processTree(root: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const pid of runningPids()) parents.set(pid, Number(statFields(pid)?.[1] ?? 0));
  const tree = [root];
  for (const parent of tree) {
    for (const [pid, parentPid] of parents) if (parentPid === parent && !tree.includes(pid)) tree.push(pid);
  }
  return tree;
}

/** How many files a process may open. Node raises its own limit to the hard one when it starts. */
export function openFilesLimit(): number {
  try {
    const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
    return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** USER_HZ, which is 100 on every architecture for which Node exists. */
const ticksPerSecond = 100;

/** The fields of /proc/PID/stat from the state on: the name before them may hold blanks and brackets. */
function statFields(pid: number): readonly string[] | undefined {
  const stat = readProc(`${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

function runningPids(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function sumOrNone(values: readonly (number | undefined)[], unit: number): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) * unit;
}
