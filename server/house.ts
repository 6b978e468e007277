import type { Clock } from './base/clock.ts';
import type { Telemetry } from './base/telemetry.ts';
import type { RequestTable } from './commands/row.ts';
import type { Dialect } from './dialect/dialect.ts';
import type { Admittance } from './domain/admittance.ts';
import type { Presence } from './domain/presence.ts';
import type { Sessions } from './domain/sessions.ts';
import type { ChatError } from './protocol/errors.ts';
import type { Lang } from './protocol/texts.ts';
import type { Hub } from './session/hub.ts';
import type { Keepalive } from './session/keepalive.ts';
import type { RateLimits } from './session/rates.ts';
import type { ResumeBook } from './session/resume-book.ts';
import type { Session } from './session/session.ts';
import type { Admission } from './transport/admission.ts';
import type { CloseReason } from './transport/connection.ts';
import type { JsonLines } from './transport/json-lines.ts';

/** A connection being served, as shutdown sees it. */
export interface Served {
  readonly session: Session;
  /** Goodbye was said. */
  readonly isEnded: boolean;
  /** Finishes what was received, says goodbye, and closes. */
  drain(): void;
  end(reason: CloseReason, error: ChatError | null): void;
}

export interface ServeLimits {
  readonly lineBytes: number;
  readonly lineBytesUnnamed: number;
  readonly inFlight: number;
  readonly outboxPauseBytes: number;
  readonly outboxBytes: number;
  readonly badLinesPerMinute: number;
  readonly refusalsPerMinute: number;
  readonly rates: RateLimits;
}

/** What every served connection works with. */
export interface House {
  readonly table: RequestTable;
  readonly hub: Hub;
  /** How many sessions hear a channel; for `trace`. */
  readonly audienceOf: (channel: string) => number;
  readonly presence: Presence;
  readonly sessions: Sessions;
  readonly admittance: Admittance;
  readonly admission: Admission;
  readonly keepalive: Keepalive;
  readonly resumes: ResumeBook;
  readonly parser: JsonLines;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly limits: ServeLimits;
  readonly v1: Dialect;
  readonly v2: Dialect;
  readonly roomchat: Readonly<Record<Lang, Dialect>>;
  /** The plain dialect of one connection. */
  readonly plain: () => Dialect;
  readonly lang: Lang;
  /** Who does not encrypt is told so, and not served. */
  readonly needsTls: boolean;
  /** Connections being served; shutdown goes through them. */
  readonly served: Set<Served>;
  readonly mayAskMetrics: (address: string) => boolean;
  readonly metricsText: () => Promise<string>;
}
