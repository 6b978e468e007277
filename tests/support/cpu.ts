/**
 * Least processor time of some runs of a work, in µs: what the work takes and not what the machine does beside it. User and system time
 * together: their sum is exact, while the kernel splits it by ticks of some milliseconds and may give a short work’s all to one of them.
 */
export function cpuOf(work: () => void, runs = 5): number {
  const costs = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...costs);
}
