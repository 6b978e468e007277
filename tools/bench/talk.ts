import { setTimeout as sleep } from 'node:timers/promises';
import { knownFigures } from './figures.ts';
import type { Frame, SampleLine } from './frames.ts';
import { isWhole, measuredLines, sampleLine } from './frames.ts';
import { Histogram } from './histogram.ts';
import type { Job, RunResult } from './job.ts';
import { Ledger, noFaults } from './ledger.ts';
import { ms, per, settle, startUsage } from './measure.ts';
import { isError, lineText, micros, openGuests, Peer } from './peer.ts';
import type { TalkWorkload } from './workloads.ts';

/** Fan-out and private pairs: every sender keeps its window full, and every delivery is checked. */
export async function runTalk(job: Job, workload: TalkWorkload): Promise<RunResult> {
  const talk = new Talk(workload);
  // With many clients a global hello of each would be a load of its own.
  const port = workload.isWebSocket === true ? job.gatewayPort : job.port;
  await openGuests(talk.peers, port, { isHeard: workload.clients < 1000, isV2: workload.isV2 === true });
  await talk.quiet();
  talk.begin();
  await sleep(job.warmUpS * 1000);

  const end = startUsage(job.pids);
  talk.isMeasuring = true;
  await sleep(job.seconds * 1000);
  talk.isMeasuring = false;
  const usage = end();

  await talk.finish();
  return {
    figures: knownFigures({
      messages_per_s: talk.sent / usage.seconds,
      deliveries_per_s: talk.delivered / usage.seconds,
      cpu_us_per_delivery: per(usage.serverCpuS, talk.delivered / 1e6),
      server_cores: per(usage.serverCpuS, usage.seconds),
      load_cores: usage.loadCpuS / usage.seconds,
      p50_ms: ms(talk.latencies.quantile(0.5)),
      p99_ms: ms(talk.latencies.quantile(0.99)),
      sent: talk.sent,
      delivered: talk.delivered,
    }),
    faults: talk.faults,
    refusal: talk.refusal,
  };
}

/**
 * A closed loop: a message is done when one other client, a different one each time, has seen it; then its sender says the next. Or,
 * with a rate, an open one: what is said does not wait for what was.
 */
class Talk {
  readonly peers: readonly Peer[];
  readonly faults = noFaults();
  readonly latencies = new Histogram();
  /** Within the window only. */
  sent = 0;
  delivered = 0;
  isMeasuring = false;
  refusal = '';
  readonly #workload: TalkWorkload;
  readonly #senders: readonly Sender[];
  readonly #ledger: Ledger;
  /** Senders one of whose messages was seen since they last wrote. */
  #awake: Sender[] = [];
  #arrived = 0;
  #lines = 0;
  #isEnding = false;

  constructor(workload: TalkWorkload) {
    this.#workload = workload;
    this.peers = Array.from({ length: workload.clients }, (_, index) => new Peer(index, workload.isWebSocket));
    this.#senders = Array.from({ length: workload.senders }, (_, number) => newSender(number, workload));
    this.#ledger = new Ledger(workload.clients, workload.senders, this.faults);
    for (const peer of this.peers) {
      peer.onLine = (frame) => this.#receive(peer, frame);
      peer.onClose = () => {
        this.faults.closed += 1;
      };
    }
  }

  /** Waits until the registrations are told to everybody. */
  quiet(): Promise<void> {
    return settle(() => this.#lines, { quietMs: 250, limitMs: 20_000 });
  }

  begin(): void {
    const { perSecond } = this.#workload;
    if (perSecond === undefined) for (const sender of this.#senders) this.#fillWindow(sender);
    else this.#keepPace(perSecond);
  }

  /** Says nothing more, waits for what is under way, and books what never came. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    const isDone = () => this.#arrived >= this.#expected();
    await settle(() => this.#arrived, { quietMs: 1500, limitMs: 10_000, isDone });
    // A message that comes twice would come now.
    await sleep(100);
    for (const sender of this.#senders) {
      for (const peer of this.peers)
        if (isHearer(this.#workload, sender, peer.index)) this.#ledger.close(peer.index, sender.number, sender.sequence);
    }
  }

  #expected(): number {
    const hearers = this.#workload.audience === 'pair' ? 1 : this.#workload.clients - 1;
    return this.#senders.reduce((sum, sender) => sum + sender.sequence * hearers, 0);
  }

  #receive(peer: Peer, frame: Frame): void {
    this.#lines += 1;
    if (!frame.isMeasured) {
      this.#other(frame);
      return;
    }
    const sender = this.#senders[frame.sender];
    if (sender === undefined || !isHearer(this.#workload, sender, peer.index)) {
      this.faults.stray += 1;
      return;
    }
    if ((frame.sequence & 63) === 0 && !isPromisedLine(lineText(frame), this.#workload, sender)) this.faults.malformed += 1;
    if (!this.#ledger.arrive(peer.index, sender.number, frame.sequence)) return;
    this.#arrived += 1;
    if (this.isMeasuring) {
      this.delivered += 1;
      this.latencies.add(peer.arrivedAt - frame.sentAt);
    }
    if (this.#workload.perSecond === undefined && peer.index === witness(this.#workload, sender, frame.sequence)) this.#wake(sender);
  }

  #other(frame: Frame): void {
    const line = lineText(frame);
    if (line.includes('@B')) this.faults.malformed += 1;
    if (!isError(line)) return;
    this.faults.refused += 1;
    this.refusal ||= line;
  }

  #wake(sender: Sender): void {
    sender.underWay -= 1;
    if (sender.isAwake || this.#isEnding) return;
    sender.isAwake = true;
    // After all that this turn has received: one write per sender and turn.
    if (this.#awake.length === 0) setImmediate(() => this.#fillWindows());
    this.#awake.push(sender);
  }

  #fillWindows(): void {
    const awake = this.#awake;
    this.#awake = [];
    for (const sender of awake) {
      sender.isAwake = false;
      if (!this.#isEnding) this.#fillWindow(sender);
    }
  }

  /** The senders take turns, each message at its time; what a late turn of the event loop missed is made up for. */
  #keepPace(perSecond: number): void {
    const startedAt = performance.now();
    let said = 0;
    const timer = setInterval(() => {
      if (this.#isEnding) clearInterval(timer);
      const due = Math.floor(((performance.now() - startedAt) * perSecond) / 1000);
      for (; said < due && !this.#isEnding; said += 1) this.#say(this.#senders[said % this.#senders.length] as Sender, 1);
    }, 1);
  }

  #fillWindow(sender: Sender): void {
    this.#say(sender, this.#workload.window - sender.underWay);
  }

  #say(sender: Sender, count: number): void {
    this.peers[sender.client]?.send(measuredLines(sender.sample, { sentAt: micros(), sequence: sender.sequence, count }));
    sender.sequence += count;
    sender.underWay += count;
    if (this.isMeasuring) this.sent += count;
  }
}

interface Sender {
  readonly number: number;
  /** Index of its client. */
  readonly client: number;
  readonly sample: SampleLine;
  /** Number of its next message. */
  sequence: number;
  underWay: number;
  isAwake: boolean;
}

function newSender(number: number, workload: TalkWorkload): Sender {
  const client = Math.floor((number * workload.clients) / workload.senders);
  const head = {
    type: 'message',
    ...(workload.audience === 'pair' ? { subtype: 'private', to: `u${client + 1}` } : { subtype: 'global' }),
  };
  return { number, client, sample: sampleLine(number, head), sequence: 0, underWay: 0, isAwake: false };
}

function isHearer(workload: TalkWorkload, sender: Sender, receiver: number): boolean {
  return workload.audience === 'pair' ? receiver === sender.client + 1 : receiver !== sender.client;
}

/** The one whose sight of a message makes room in its sender's window: spread by a multiplicative hash. */
function witness(workload: TalkWorkload, sender: Sender, sequence: number): number {
  if (workload.audience === 'pair') return sender.client + 1;
  const step = (Math.imul(sequence + 1, 0x9e3779b1) >>> 7) % (workload.clients - 1);
  return (sender.client + 1 + step) % workload.clients;
}

function isPromisedLine(text: string, workload: TalkWorkload, sender: Sender): boolean {
  try {
    const { type, subtype, from, timestamp, content } = JSON.parse(text) as Record<string, unknown>;
    const isKind = type === 'message' && subtype === (workload.audience === 'pair' ? 'private' : 'global');
    return isKind && from === `u${sender.client}` && typeof timestamp === 'string' && isWhole(content);
  } catch {
    return false;
  }
}
