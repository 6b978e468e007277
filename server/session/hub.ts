import { LRUCache } from 'lru-cache';
import type { Audience, Bus, Delivery } from '../bus/bus.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { Roster } from '../domain/presence.ts';
import type { Published } from '../domain/replay.ts';
import { type Capability, gates } from '../protocol/capabilities.ts';
import { ChatError } from '../protocol/errors.ts';
import type { ServerEvent } from '../protocol/index.ts';
import type { PersonKey } from '../store/store.ts';
import type { Tick } from '../transport/outbox.ts';
import { type Copies, Stretches } from './fan-out.ts';
import type { Session } from './session.ts';

/** Those who hear the same: the members of a channel, or everybody with a name. */
interface Room {
  /** Null: everybody. */
  readonly channelId: number | null;
  readonly members: Set<Session>;
  /** What they get in this tick; null: nothing yet. */
  pending: Stretches | null;
}

/**
 * Routes deliveries to sessions. Its routing is changed by membership events only (`entered`, `joined`, `left`), never by handlers.
 * What a room gets in one tick is joined and spelled once; the order of everything a session gets is the order of publishing.
 */
export class Hub implements Published {
  readonly #roster: Roster;
  readonly #tick: Tick;
  readonly #onDelivered: (copies: Partial<Copies>) => void;
  readonly #behindBytes: number;
  /** The first and the last `seq` published to each channel. */
  readonly #published = new LRUCache<number, { readonly first: number; last: number }>({ max: 100_000 });
  /** The last private message that the sessions of a person were given, by its id. */
  readonly #privates = new LRUCache<PersonKey, number>({ max: 100_000 });
  readonly #sessions = new Map<string, Session>();
  readonly #everyone: Room = { channelId: null, members: new Set(), pending: null };
  readonly #channels = new Map<number, Room>();
  /** Rooms with something pending, in the order in which their first line came. */
  #pending: Room[] = [];

  constructor(parts: { bus: Bus; roster: Roster; tick: Tick; onDelivered: (copies: Partial<Copies>) => void; behindBytes: number }) {
    this.#roster = parts.roster;
    this.#tick = parts.tick;
    this.#onDelivered = parts.onDelivered;
    this.#behindBytes = parts.behindBytes;
    parts.bus.subscribe((delivery) => this.#receive(delivery));
    parts.tick.beforeFlush(() => this.flush());
  }

  get sessions(): Iterable<Session> {
    return this.#sessions.values();
  }

  add(session: Session): void {
    this.#sessions.set(session.sessionId, session);
  }

  /**
   * A session is about to end: what its channels were told in this tick is handed over first. For who came and went there is no
   * hurry: of many sessions that end at once the others are told in one go, not of each by itself.
   */
  settle(session: Session): void {
    if (this.#pending.some(({ channelId, members }) => channelId !== null && members.has(session))) this.flush();
  }

  /** A connection is gone: nothing reaches it any more, not even what is pending. */
  remove(session: Session): void {
    if (this.#sessions.delete(session.sessionId)) this.#forget(session);
  }

  /** How many sessions hear a channel. */
  members(channelId: number | undefined): number {
    return channelId === undefined ? 0 : (this.#channels.get(channelId)?.members.size ?? 0);
  }

  firstSeq(channelId: number): number | null {
    return this.#published.get(channelId)?.first ?? null;
  }

  lastSeq(channelId: number): number | null {
    return this.#published.get(channelId)?.last ?? null;
  }

  lastPrivate(key: PersonKey): number | null {
    return this.#privates.get(key) ?? null;
  }

  /** Hands what is pending to the connections. */
  flush(): void {
    const rooms = this.#pending;
    if (rooms.length === 0) return;
    this.#pending = [];
    for (const room of rooms) {
      const stretches = room.pending;
      room.pending = null;
      if (stretches !== null) this.#onDelivered(stretches.sendTo(room, this.#behindBytes));
    }
  }

  #receive({ to, event, except }: Delivery): void {
    if (event.type === 'entered' || event.type === 'exited' || event.type === 'joined' || event.type === 'left' || event.type === 'end') {
      for (const id of [...this.#sessionsOf(to)]) {
        const isApart = 'copiesOf' in to && (id === except || this.#sessions.get(id)?.dialect.isAnswering !== true);
        if (!isApart) this.#route(id, event);
      }
      return;
    }
    const room = this.#roomOf(to);
    const cap = gates[event.type];
    if (cap !== undefined && room) this.#sendGated(room, { event, cap, except });
    else if (room === null) this.#sendTo(to, event, except);
    else if (room !== undefined) this.#append(room, event, except);
  }

  /** The room of an audience; undefined: nobody is in it; null: the audience is no room. */
  #roomOf(to: Audience): Room | undefined | null {
    if ('channel' in to) return this.#channels.get(to.channel);
    return 'everyone' in to ? this.#everyone : null;
  }

  /** What everybody hears stands between channel lines before and after it, so rooms that overlap it are closed first. */
  #append(room: Room, event: ServerEvent, except: string | undefined): void {
    const last = this.#pending.at(-1);
    if (last !== undefined && last !== room && (room === this.#everyone || last === this.#everyone)) this.flush();
    if (room.pending === null) {
      room.pending = new Stretches();
      this.#pending.push(room);
      this.#tick.request();
    }
    if (event.type === 'message' && room.channelId !== null) this.#note(room.channelId, event.seq);
    room.pending.add(event, except === undefined ? null : (this.#sessions.get(except) ?? null));
  }

  #note(channelId: number, seq: number): void {
    const published = this.#published.get(channelId);
    if (published === undefined) this.#published.set(channelId, { first: seq, last: seq });
    else published.last = seq;
  }

  /** What only those hear who opted into it: in its place among the channel's lines, and little enough to be sent one by one. */
  #sendGated(room: Room, { event, cap, except }: { event: ServerEvent; cap: Capability; except: string | undefined }): void {
    this.flush();
    const spelled = new Map<Dialect, Buffer | null>();
    for (const member of room.members) {
      if (!member.caps.has(cap) || member.sessionId === except || member.connection.queuedBytes > this.#behindBytes) continue;
      let bytes = spelled.get(member.dialect);
      if (bytes === undefined) {
        const text = member.dialect.event(event);
        bytes = text === null ? null : Buffer.from(text);
        spelled.set(member.dialect, bytes);
      }
      if (bytes !== null) member.connection.send(bytes);
    }
  }

  /** To the sessions of one person, or to one session, at once: after everything that is pending. */
  #sendTo(to: Audience, event: ServerEvent, except: string | undefined): void {
    this.flush();
    const isCopy = 'copiesOf' in to;
    const key = 'person' in to ? to.person : isCopy ? to.copiesOf : null;
    const privateId = event.type === 'message' && event.subtype === 'private' ? event.id : null;
    if (key !== null && privateId !== null && privateId > (this.#privates.get(key) ?? 0)) this.#privates.set(key, privateId);
    for (const id of this.#sessionsOf(to)) {
      const session = this.#sessions.get(id);
      if (session === undefined) continue;
      const cap = gates[event.type];
      if (cap !== undefined && !session.caps.has(cap)) continue;
      if (session.isDeaf && (key !== null || event.type === 'message')) continue;
      if (privateId !== null && privateId <= session.replayedUpTo) continue;
      if (isCopy && (!session.dialect.isAnswering || (id === except && !(event.type === 'message' && session.caps.has('echo'))))) continue;
      const text = session.dialect.event(event);
      if (text === null) continue;
      session.send(text);
      this.#onDelivered({ [session.connection.transport]: 1 });
    }
  }

  #sessionsOf(to: Audience): Iterable<string> {
    if ('session' in to) return [to.session];
    const key = 'person' in to ? to.person : 'copiesOf' in to ? to.copiesOf : null;
    return key === null ? [] : (this.#roster.byKey(key)?.sessions.keys() ?? []);
  }

  #route(sessionId: string, event: ServerEvent): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    this.flush();
    if (event.type === 'entered') {
      this.#forget(session);
      session.person = this.#roster.of(sessionId) ?? null;
      session.replayedUpTo = event.heardUpTo ?? 0;
      if (!session.isDeaf) this.#everyone.members.add(session);
    } else if (event.type === 'exited') {
      this.#forget(session);
      session.person = null;
    } else if (event.type === 'joined') {
      session.channels.add(event.channelId);
      if (event.heardUpTo !== undefined) session.lag.heard(event.channelId, event.heardUpTo);
      const room = this.#channels.get(event.channelId) ?? { channelId: event.channelId, members: new Set(), pending: null };
      if (session.isDeaf) return;
      room.members.add(session);
      this.#channels.set(event.channelId, room);
    } else if (event.type === 'left') {
      this.#leave(session, event.channelId);
    } else if (event.type === 'end') {
      const { code, reason, text: key, params } = event;
      const error = new ChatError(code, { fatal: true, ...(key && { text: key }), ...(params && { params }) });
      if ((reason === 'sanction' || reason === 'ended') && session.dismiss !== null) {
        session.dismiss(reason, error);
        return;
      }
      const text = session.dialect.error(error, null, session.lang);
      session.connection.close(event.reason, text === null ? undefined : Buffer.from(text));
    }
  }

  #forget(session: Session): void {
    this.#everyone.members.delete(session);
    for (const channel of session.channels) this.#leave(session, channel);
  }

  #leave(session: Session, channelId: number): void {
    session.channels.delete(channelId);
    session.lag.forget(channelId);
    const room = this.#channels.get(channelId);
    room?.members.delete(session);
    if (room?.members.size === 0) this.#channels.delete(channelId);
  }
}
