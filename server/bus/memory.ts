import type { Bus, Delivery } from './bus.ts';

/** The bus of a single node: a plain call. */
export function memoryBus(): Bus {
  const receivers: ((delivery: Delivery) => void)[] = [];
  return {
    publish(delivery) {
      for (const receive of receivers) receive(delivery);
    },
    subscribe(receive) {
      receivers.push(receive);
    },
  };
}
