import type { Dialect } from '../dialect/dialect.ts';
import type { ServerEvent } from '../protocol/index.ts';
import type { Connection } from '../transport/connection.ts';
import type { Session } from './session.ts';

/** Lines of one cause that follow each other: one spelling per dialect, and whom they leave out. */
interface Run {
  readonly except: Session | null;
  readonly events: ServerEvent[];
}

/** The lines of one run in the shared buffer. */
interface Stretch {
  readonly except: Session | null;
  readonly start: number;
  readonly end: number;
}

/** How many copies of lines went to connections of each kind. */
export type Copies = Readonly<Record<Connection['transport'], number>>;

/** Everything that an audience gets in one tick, in order. */
export class Stretches {
  readonly #runs: Run[] = [];

  add(event: ServerEvent, except: Session | null): void {
    const last = this.#runs.at(-1);
    if (last !== undefined && last.except === except) last.events.push(event);
    else this.#runs.push({ except, events: [event] });
  }

  /**
   * Sends it to `members`: spelled once per dialect into one shared buffer, of which everybody gets the whole, and a sender all but
   * its own lines (unless it asked for the echo of what it says in a channel). A session that can be told of gaps, with more than `behindBytes` unread, gets gaps instead of messages.
   * Returns how many copies of lines were handed over, by what carries them.
   */
  sendTo({ members, channelId }: { members: Iterable<Session>; channelId: number | null }, behindBytes: number): Copies {
    const spelled = new Map<Dialect, { bytes: Buffer; stretches: Stretch[]; senders: Set<Session | null> }>();
    let lines = 0;
    for (const { events } of this.#runs) lines += events.length;
    const copies = { tcp: 0, tls: 0, ws: 0 };
    for (const member of members) {
      const { transport } = member.connection;
      if (member.dialect.hasGaps) {
        const isBehind = member.connection.queuedBytes > behindBytes;
        if (isBehind || !member.lag.isNone) {
          copies[transport] += this.#sendSome(member, channelId, isBehind);
          continue;
        }
      }
      let spelling = spelled.get(member.dialect);
      if (spelling === undefined) {
        spelling = this.#spell(member.dialect);
        spelled.set(member.dialect, spelling);
      }
      if (spelling.bytes.length === 0) continue;
      copies[transport] += lines;
      if (!spelling.senders.has(member) || hearsItself(member, channelId)) member.connection.send(spelling.bytes);
      else sendOthers(member, spelling.bytes, spelling.stretches);
    }
    return copies;
  }

  /** One by one, for a session that is not to get all. */
  #sendSome(member: Session, channelId: number | null, isBehind: boolean): number {
    let copies = 0;
    for (const { except, events } of this.#runs) {
      for (const event of events) {
        const isOwn = except === member && !hearsItself(member, channelId);
        if (!member.lag.takes(event, channelId, isBehind) || isOwn) continue;
        const text = member.dialect.event(event);
        if (text === null) continue;
        member.send(text);
        copies += 1;
      }
    }
    return copies;
  }

  #spell(dialect: Dialect): { bytes: Buffer; stretches: Stretch[]; senders: Set<Session | null> } {
    const texts: string[] = [];
    const stretches: Stretch[] = [];
    const senders = new Set<Session | null>();
    let end = 0;
    for (const { except, events } of this.#runs) {
      const start = end;
      for (const event of events) {
        const text = dialect.event(event);
        if (text === null) continue;
        texts.push(text);
        end += dialect.isAscii ? text.length : Buffer.byteLength(text);
      }
      if (end > start) stretches.push({ except, start, end });
      if (except !== null) senders.add(except);
    }
    return { bytes: Buffer.from(texts.join(''), dialect.isAscii ? 'latin1' : 'utf8'), stretches, senders };
  }
}

/** Cap `echo` is about messages: of its own presence, which goes to everybody, a session is told by its answers alone. */
function hearsItself(member: Session, channelId: number | null): boolean {
  return channelId !== null && member.caps.has('echo');
}

/** All but the member's own lines, as slices of the shared buffer. */
function sendOthers(member: Session, bytes: Buffer, stretches: readonly Stretch[]): void {
  let from = 0;
  for (const { except, start, end } of stretches) {
    if (except !== member) continue;
    if (start > from) member.connection.send(bytes.subarray(from, start));
    from = end;
  }
  if (from < bytes.length) member.connection.send(from === 0 ? bytes : bytes.subarray(from));
}
