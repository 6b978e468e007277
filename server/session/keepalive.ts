import type { Clock } from '../base/clock.ts';
import { ChatError, type ErrorCode } from '../protocol/errors.ts';
import type { CloseReason } from '../transport/connection.ts';
import type { Session } from './session.ts';

export interface KeepaliveLimits {
  readonly slowLineMs: number;
  readonly firstLineMs: number;
  readonly firstLineCrowdedMs: number;
  readonly idleMs: number;
  readonly pingMs: number;
  readonly outboxPauseBytes: number;
  readonly outboxSoftBytes: number;
  readonly outboxSoftMs: number;
  readonly outboxTotalBytes: number;
}

/** What the watch needs to know of a served connection. Times are monotonic milliseconds; null: not so now. */
export interface Watched {
  readonly session: Session;
  /** When the line that has no end yet was begun; stands still while we do not read. */
  readonly partialSince: number | null;
  /** When it last said something; null before its first valid line. */
  readonly heardAt: number | null;
  /** The server itself keeps it waiting, so its timers stand still. */
  readonly isHeldBack: boolean;
  end(reason: CloseReason, error: ChatError | null): void;
}

/** How often everybody is looked at. */
const sweepMs = 500;

/** Ends connections that have gone silent, dawdle over a line, or do not read: one sweep over all instead of a timer for each. */
export class Keepalive {
  readonly #limits: KeepaliveLimits;
  readonly #clock: Clock;
  readonly #isCrowded: () => boolean;
  readonly #watched = new Map<Watched, { softSince: number | null; pings: number; pingedAt: number }>();
  readonly #stop: () => void;
  #queuedBytes = 0;

  constructor(parts: { limits: KeepaliveLimits; clock: Clock; isCrowded: () => boolean }) {
    this.#limits = parts.limits;
    this.#clock = parts.clock;
    this.#isCrowded = parts.isCrowded;
    this.#stop = parts.clock.every(Math.min(sweepMs, parts.limits.slowLineMs / 4, parts.limits.pingMs / 4), () => this.#sweep());
  }

  /** Unread output of all clients at the last sweep. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  add(watched: Watched): void {
    this.#watched.set(watched, { softSince: null, pings: 0, pingedAt: 0 });
  }

  remove(watched: Watched): void {
    this.#watched.delete(watched);
  }

  /** Those who have said nothing for so long. */
  silentFor(ms: number): Watched[] {
    const since = this.#clock.monotonic() - ms;
    return [...this.#watched.keys()].filter(({ heardAt, session }) => (heardAt ?? session.connectedAt) <= since);
  }

  /** Memory is short: of those who are behind, the ones with most go, until half of all unread output is gone. Returns how many went. */
  relieve(): number {
    return this.#dropLargest(this.#queuedBytes / 2, this.#limits.outboxPauseBytes);
  }

  stop(): void {
    this.#stop();
  }

  #sweep(): void {
    const now = this.#clock.monotonic();
    let total = 0;
    for (const [watched, state] of this.#watched) {
      const queued = watched.session.connection.queuedBytes;
      total += queued;
      state.softSince = queued > this.#limits.outboxSoftBytes ? (state.softSince ?? now) : null;
      if (state.softSince !== null && now - state.softSince >= this.#limits.outboxSoftMs) end(watched, 'slow_consumer', 'slow_consumer');
      else if (!watched.isHeldBack) this.#look(watched, state, now);
    }
    this.#queuedBytes = total;
    if (total > this.#limits.outboxTotalBytes) this.#dropLargest(this.#limits.outboxTotalBytes);
  }

  #look(watched: Watched, state: { pings: number; pingedAt: number }, now: number): void {
    const { slowLineMs, idleMs } = this.#limits;
    const { session, partialSince, heardAt } = watched;
    const { loginBy } = session;
    if (partialSince !== null && now - partialSince >= slowLineMs) end(watched, 'slow_line', 'idle_timeout');
    else if (session.person === null && loginBy !== null && now >= loginBy) end(watched, 'first_line', 'not_authenticated');
    else if (heardAt === null) {
      const allowed = this.#isCrowded() ? this.#limits.firstLineCrowdedMs : this.#limits.firstLineMs;
      if (now - session.connectedAt >= allowed) end(watched, 'first_line', 'idle_timeout');
    } else if (session.dialect.isPinged) this.#ping(watched, state, { now, silentMs: now - heardAt });
    else if (now - heardAt >= idleMs) end(watched, 'idle', 'idle_timeout');
  }

  /** Pings a silent session; two pings without a word close it (protocol.md §6). */
  #ping(watched: Watched, state: { pings: number; pingedAt: number }, { now, silentMs }: { now: number; silentMs: number }): void {
    const { pingMs } = this.#limits;
    if (silentMs < pingMs) {
      state.pings = 0;
      return;
    }
    if (state.pings > 0 && now - state.pingedAt < pingMs) return;
    if (state.pings >= 2) {
      end(watched, 'idle', 'idle_timeout');
      return;
    }
    state.pings += 1;
    state.pingedAt = now;
    const text = watched.session.dialect.event({ type: 'ping' });
    if (text !== null) watched.session.send(text);
    else watched.session.connection.ping?.();
  }

  /** Those with most unread output go, until so much is left; returns how many went. */
  #dropLargest(mostBytes: number, leastBytes = 0): number {
    const queuedBy = ({ session }: Watched) => session.connection.queuedBytes;
    const largest = [...this.#watched.keys()]
      .filter((each) => queuedBy(each) > leastBytes)
      .sort((one, other) => queuedBy(other) - queuedBy(one));
    let count = 0;
    for (const watched of largest) {
      if (this.#queuedBytes <= mostBytes) break;
      this.#queuedBytes -= queuedBy(watched);
      end(watched, 'slow_consumer', 'slow_consumer');
      count += 1;
    }
    return count;
  }
}

function end(watched: Watched, reason: CloseReason, code: ErrorCode): void {
  watched.end(reason, new ChatError(code, { fatal: true }));
}
