import type { Clock } from './base/clock.ts';
import { bearFullHeap, collectGarbage, memoryUse } from './base/memory-use.ts';
import { MemoryWatch } from './base/memory-watch.ts';
import type { Telemetry } from './base/telemetry.ts';
import type { Config } from './config/schema.ts';
import type { Channels } from './domain/channels.ts';
import type { Keepalive } from './session/keepalive.ts';
import type { Admission } from './transport/admission.ts';

interface Parts {
  readonly config: Config;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly admission: Admission;
  readonly channels: Channels;
  readonly keepalive: Keepalive;
  /** Memory is spent: the process must end and be started again (exit 75). */
  readonly onSpent: () => void;
}

/**
 * While memory is short nobody new is let in, caches are halved, and those who read least are cut off; before it is spent the server stops in
 * good order, which an abort would not. Returns how to end the watch.
 */
export function watchMemory({ config, clock, telemetry, admission, channels, keepalive, onSpent }: Parts): () => void {
  const { memory_full_percent: full, memory_stop_percent: stop } = config.limits;
  bearFullHeap();
  const memory = new MemoryWatch({
    clock,
    read: memoryUse,
    collect: collectGarbage,
    shortFrom: full / 100,
    spentFrom: stop / 100,
    onShort(share) {
      admission.isShort = true;
      channels.shrink();
      telemetry.memoryShort(share, keepalive.relieve(), clock.monotonic());
    },
    onRelief() {
      admission.isShort = false;
    },
    onSpent(share) {
      admission.isShort = true;
      telemetry.memorySpent(share);
      onSpent();
    },
  });
  telemetry.metrics.watch('classcord_memory_used_ratio', 'Memory that is surely in use, as a share of its limit.', null, () => ({
    all: memory.share,
  }));
  return () => memory.stop();
}
