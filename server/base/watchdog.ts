import { startThread } from './thread.ts';

/** What the watchdog's thread tells once the event loop listens again. */
export interface Standstill {
  /** Where the loop stood, innermost first; empty when it cannot be known. */
  readonly stack: readonly string[];
}

const beatMs = 500;

/**
 * A thread beside the event loop that hears it beat. When it stands still for more than 5 s, the thread writes where to standard error, at
 * once, and `onStandstill` is called when the loop goes on (reliability.md F12). Returns how to end it.
 */
export function watchLoop(onStandstill: (standstill: Standstill) => void): () => void {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const timer = setInterval(() => Atomics.add(beats, 0, 1), beatMs);
  timer.unref();
  const thread = startThread(import.meta.url, './watchdog-thread', { beats });
  thread.unref();
  thread.on('message', onStandstill);
  // A server without a watchdog is better than none.
  thread.on('error', () => undefined);
  return () => {
    clearInterval(timer);
    void thread.terminate();
  };
}
