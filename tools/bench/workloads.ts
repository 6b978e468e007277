import { CommandError } from '../../server/base/exit-codes.ts';

/** One thing to measure: `talk` sends as fast as a window or a rate allows, `idle` only connects, `storm` logs in all at once. */
export type Workload =
  | {
      readonly kind: 'talk';
      readonly name: string;
      readonly doc: string;
      /** A room hears every message, a pair's message goes to the partner alone. */
      readonly audience: 'room' | 'pair';
      readonly clients: number;
      readonly senders: number;
      /** Messages of one sender that may be under way. */
      readonly window: number;
      /** Its clients speak v2; by WebSocket they always do. */
      readonly isV2?: true;
      readonly isWebSocket?: true;
      /** Messages a second of all senders together, whatever is under way; undefined: as fast as the windows allow. */
      readonly perSecond?: number;
    }
  | { readonly kind: 'idle'; readonly name: string; readonly doc: string; readonly clients: number }
  | { readonly kind: 'storm'; readonly name: string; readonly doc: string; readonly clients: number };

export type TalkWorkload = Extract<Workload, { kind: 'talk' }>;

/** Every workload in the order of running; `isQuick` opens 1,000 idle connections instead of 10,000. */
export function allWorkloads(isQuick: boolean): readonly Workload[] {
  return [
    fanOut(10, 1),
    fanOut(10, 10),
    fanOut(100, 1),
    fanOut(100, 10),
    fanOut(1000, 1),
    fanOut(1000, 10),
    inV2(fanOut(10, 10)),
    inV2(fanOut(100, 10)),
    inV2(fanOut(1000, 10)),
    overWebSocket(fanOut(1000, 10)),
    steady(10, 1, 20),
    steady(100, 10, 1500),
    pairs(50),
    idle(isQuick ? 1000 : 10_000),
    storm(40),
  ];
}

/** The workloads of these names, each a full name (`fanout-10x1`) or a family (`fanout`); all of them without names. */
export function pickWorkloads(names: readonly string[], isQuick: boolean): readonly Workload[] {
  const all = allWorkloads(isQuick);
  const known = new Set(all.flatMap((workload) => [workload.name, family(workload)]));
  for (const name of names) {
    if (!known.has(name)) throw new CommandError('usage', `There is no workload '${name}'. There are: ${[...known].join(', ')}.`);
  }
  return names.length === 0 ? all : all.filter((workload) => names.includes(workload.name) || names.includes(family(workload)));
}

const family = (workload: Workload) => workload.name.slice(0, workload.name.indexOf('-'));

const fanOut = (clients: number, senders: number): TalkWorkload => ({
  kind: 'talk',
  name: `fanout-${clients}x${senders}`,
  doc: `${clients} clients in one channel, ${senders === 1 ? 'one of them sends' : `${senders} of them send`}`,
  audience: 'room',
  clients,
  senders,
  window: senders === 1 ? 64 : 16,
});

const inV2 = (workload: TalkWorkload): Workload => ({
  ...workload,
  name: workload.name.replace('fanout', 'v2'),
  doc: `the same in v2: ${workload.doc}`,
  isV2: true,
});

const overWebSocket = (workload: TalkWorkload): Workload => ({
  ...workload,
  name: workload.name.replace('fanout', 'websocket'),
  doc: `the same by WebSocket: ${workload.doc}`,
  isWebSocket: true,
});

const steady = (clients: number, senders: number, perSecond: number): Workload => ({
  ...fanOut(clients, senders),
  name: `steady-${clients}x${senders}`,
  doc: `${clients} clients in one channel, ${perSecond} messages a second: the latencies count`,
  perSecond,
});

const pairs = (count: number): Workload => ({
  kind: 'talk',
  name: `pairs-${count}`,
  doc: `${count} pairs, private messages`,
  audience: 'pair',
  clients: 2 * count,
  senders: count,
  window: 8,
});

const idle = (clients: number): Workload => ({
  kind: 'idle',
  name: `idle-${clients}`,
  doc: `${clients} connections that say nothing more`,
  clients,
});

const storm = (clients: number): Workload => ({
  kind: 'storm',
  name: `storm-${clients}`,
  doc: `${clients} logins at once from one address while a pair keeps talking`,
  clients,
});
