import { setTimeout as sleep } from 'node:timers/promises';
import { knownFigures } from './figures.ts';
import type { Frame } from './frames.ts';
import { measuredLines, sampleLine } from './frames.ts';
import { Histogram, median } from './histogram.ts';
import type { Job, RunResult } from './job.ts';
import { Ledger, noFaults } from './ledger.ts';
import { ms, per, settle, startUsage } from './measure.ts';
import { guestLines, isError, isGuestProof, lineText, micros, openGuests, Peer } from './peer.ts';
import type { Workload } from './workloads.ts';

/** A class that logs in at the bell: all at once from one address. Meanwhile two others, who are in, keep talking. */
export async function runStorm(job: Job, workload: Extract<Workload, { kind: 'storm' }>): Promise<RunResult> {
  const pupils = Array.from({ length: workload.clients }, (_, index) => new Peer(index));
  await register(pupils, job.port);
  const pair = new Pair(workload.clients);
  await openGuests(pair.peers, job.port, { isHeard: false });

  pair.start();
  await sleep(job.warmUpS * 1000);
  const quiet = pair.nextLatencies();
  await sleep(job.seconds * 1000);

  const stormy = pair.nextLatencies();
  const end = startUsage(job.pids);
  const logins = await Promise.all(pupils.map((pupil) => login(pupil, job.port)));
  const usage = end();
  await pair.stop();

  return {
    figures: knownFigures({
      logins_ms: ms(Math.max(...logins)),
      login_p50_ms: ms(median(logins)),
      cpu_ms_per_login: per(usage.serverCpuS, logins.length / 1000),
      quiet_p50_ms: ms(quiet.quantile(0.5)),
      quiet_p99_ms: ms(quiet.quantile(0.99)),
      storm_p50_ms: ms(stormy.quantile(0.5)),
      storm_p99_ms: ms(stormy.quantile(0.99)),
      sent: pair.sent,
      delivered: quiet.count + stormy.count,
    }),
    faults: pair.faults,
    refusal: pair.refusal,
  };
}

/** Makes the accounts beforehand, one after the other on one connection. */
async function register(pupils: readonly Peer[], port: number): Promise<void> {
  const clerk = new Peer(pupils.length + 2);
  await clerk.open(port, guestLines(clerk.name, false), isGuestProof);
  for (const pupil of pupils) await clerk.ask(credentials('register', pupil), (line) => isOk(line, 'register'));
  clerk.close();
}

/** Connects and logs in at once; answers how many µs it took. */
async function login(pupil: Peer, port: number): Promise<number> {
  const startedAt = micros();
  await pupil.open(port, credentials('login', pupil), (line) => isOk(line, 'login'));
  return micros() - startedAt;
}

const credentials = (type: string, pupil: Peer) =>
  `${JSON.stringify({ type, username: pupil.name, password: `secret of ${pupil.name}` })}\n`;

const isOk = (line: string, type: string) => line.includes(`"${type}"`) && /"status": ?"ok"/.test(line);

/** Two guests, each of whom tells the other something every 10 ms, whatever has come back. */
class Pair {
  readonly peers: readonly [Peer, Peer];
  readonly faults = noFaults();
  sent = 0;
  refusal = '';
  readonly #ledger = new Ledger(2, 2, this.faults);
  #latencies = new Histogram();
  #sequence = 0;
  #arrived = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(firstIndex: number) {
    this.peers = [new Peer(firstIndex), new Peer(firstIndex + 1)];
    this.peers.forEach((peer, number) => {
      peer.onLine = (frame) => this.#receive(peer, number, frame);
      peer.onClose = () => {
        this.faults.closed += 1;
      };
    });
  }

  start(): void {
    const samples = this.peers.map((_, number) =>
      sampleLine(number, { type: 'message', subtype: 'private', to: (this.peers[1 - number] as Peer).name }),
    );
    this.#timer = setInterval(() => {
      this.peers.forEach((peer, number) => {
        const sample = samples[number];
        if (sample !== undefined) peer.send(measuredLines(sample, { sentAt: micros(), sequence: this.#sequence, count: 1 }));
      });
      this.#sequence += 1;
      this.sent += 2;
    }, 10);
  }

  /** What comes from now on is counted apart. */
  nextLatencies(): Histogram {
    this.#latencies = new Histogram();
    return this.#latencies;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await settle(() => this.#arrived, { quietMs: 1500, limitMs: 10_000, isDone: () => this.#arrived >= this.sent });
    await sleep(100);
    for (const number of [0, 1]) this.#ledger.close(1 - number, number, this.#sequence);
  }

  #receive(peer: Peer, receiver: number, frame: Frame): void {
    if (!frame.isMeasured) {
      this.#other(lineText(frame));
      return;
    }
    if (frame.sender !== 1 - receiver) {
      this.faults.stray += 1;
      return;
    }
    if (!this.#ledger.arrive(receiver, frame.sender, frame.sequence)) return;
    this.#arrived += 1;
    this.#latencies.add(peer.arrivedAt - frame.sentAt);
  }

  #other(line: string): void {
    if (line.includes('@B')) this.faults.malformed += 1;
    if (!isError(line)) return;
    this.faults.refused += 1;
    this.refusal ||= line;
  }
}
