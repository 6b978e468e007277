import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 20;

/** How late the event loop was since the last look, in seconds: 99 of 100 timers were less late than that. */
export function loopLag(): () => number {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  return () => {
    // The histogram holds the whole distance of two timers, of which the resolution was wanted.
    const lateMs = delays.percentile(99) / 1e6 - resolutionMs;
    delays.reset();
    return Math.max(0, lateMs) / 1000;
  };
}
