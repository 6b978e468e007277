import type { Bus } from '../bus/bus.ts';
import { lineBytes } from '../protocol/line-bytes.ts';
import type { Channel, PersonKey, Store } from '../store/store.ts';
import { eventOf } from './mailbox.ts';
import type { Named } from './people.ts';

/** Which lines of a channel were published on this node; null: none since it started. */
export interface Published {
  firstSeq(channelId: number): number | null;
  lastSeq(channelId: number): number | null;
  /** The id of the last private message that the sessions of a person were given. */
  lastPrivate(key: PersonKey): number | null;
}

export interface Missed {
  readonly replayed: number;
  readonly gaps: readonly { readonly channel: string; readonly from_seq: number; readonly to_seq: number }[];
}

export interface MissedPrivately {
  readonly replayed: number;
  readonly gaps: readonly { readonly with: string; readonly from_seq: number; readonly to_seq: number }[];
  /** All private messages of the account up to this id are known to the session now. */
  readonly heardUpTo: number;
}

/** What one resume may still replay, of all conversations together: no more than a page of history, so that nobody is cut off for it. */
export interface ReplayRoom {
  bytes: number;
}

/** So many lines of a channel, and of all private conversations together, are replayed; what was missed before them is told as a gap, for `history`. */
const mostReplayed = 1000;
/** So often a busy channel is read again for what was published meanwhile; then that, too, is told as a gap. */
const mostPages = 16;

/** Up to where the private messages are known: to an id, and of some conversations to a `seq`. */
interface PrivatePlace {
  readonly after: number;
  readonly seen: Readonly<Record<PersonKey, number>>;
}

interface StoredLine {
  readonly id: number;
  readonly seq: number;
  readonly from: string;
  readonly content: string;
  readonly timestamp: string;
  readonly mentions?: readonly string[];
  readonly reply_to?: number;
  readonly tags?: Readonly<Record<string, string | number | boolean>>;
}

/** Gives a session that was cut what it missed of its channels, each line once and in order, and lets it hear them again. */
export class Replay {
  readonly #store: Pick<Store, 'history' | 'messages'>;
  readonly #bus: Bus;
  readonly #published: Published;
  readonly #pageBytes: number;

  constructor(parts: { store: Pick<Store, 'history' | 'messages'>; bus: Bus; published: Published; pageBytes: number }) {
    this.#store = parts.store;
    this.#bus = parts.bus;
    this.#published = parts.published;
    this.#pageBytes = parts.pageBytes;
  }

  /** For one resume. */
  room(): ReplayRoom {
    return { bytes: this.#pageBytes };
  }

  /**
   * Replays what follows `seen`, then joins. Between the last page and the join nothing can be published (both in one turn of the event
   * loop); what was stored but not published by then is in the page, and skipped when it comes (`heardUpTo`).
   * `seen` null: nothing had been published to the channel when the session was cut.
   */
  async channel(caller: Named, channel: Channel, { seen, room }: { seen: number | null; room: ReplayRoom }): Promise<Missed> {
    const { sessionId } = caller;
    const first = this.#published.firstSeq(channel.id);
    if (seen === null && first === null) {
      this.#join(caller, channel);
      return { replayed: 0, gaps: [] };
    }
    const gaps: Missed['gaps'][number][] = [];
    let replayed = 0;
    let heard = seen ?? (first ?? 1) - 1;
    for (let pages = 1; ; pages += 1) {
      const publishedBefore = this.#published.lastSeq(channel.id);
      const hasRoom = room.bytes > 0;
      const page = await this.#page(channel, heard, room);
      const told = hasRoom ? page : [];
      // Without room all that was missed is a gap.
      const gapTo = hasRoom ? (page[0]?.seq ?? 0) - 1 : (page.at(-1)?.seq ?? 0);
      if (gapTo > heard) gaps.push(this.#tellGap(sessionId, channel, { from_seq: heard + 1, to_seq: gapTo }));
      for (const line of told) this.#tell(sessionId, channel, line);
      take(room, told);
      replayed += told.length;
      heard = page.at(-1)?.seq ?? heard;
      const published = this.#published.lastSeq(channel.id) ?? 0;
      // Not in an empty page although published before it was read: no longer kept.
      if (published <= heard || (page.length === 0 && published === publishedBefore)) break;
      if (pages < mostPages) continue;
      gaps.push(this.#tellGap(sessionId, channel, { from_seq: heard + 1, to_seq: published }));
      heard = published;
      break;
    }
    this.#join(caller, channel, heard);
    return { replayed, gaps };
  }

  /**
   * Replays the private messages of an account, sent and received, before the session enters as it: those after the id `after`, and of
   * conversations in `seen` those after a `seq`. The caller lets it enter in the same turn, so that nothing is told in between.
   */
  async privately(sessionId: string, person: PersonKey, from: PrivatePlace & { room: ReplayRoom }) {
    const gaps: MissedPrivately['gaps'][number][] = [];
    let replayed = 0;
    const { room } = from;
    let [heard, { seen }] = [from.after, from];
    for (;;) {
      const givenBefore = this.#published.lastPrivate(person);
      const missed = await this.#store.messages.missed({ person, after: heard, seen, limit: mostReplayed, pageBytes: room.bytes });
      for (const gap of missed.gaps) gaps.push({ with: gap.with, from_seq: gap.fromSeq, to_seq: gap.toSeq });
      for (const message of missed.messages) this.#bus.publish({ to: { session: sessionId }, event: eventOf(message) });
      take(room, missed.messages.map(eventOf));
      replayed += missed.messages.length;
      heard = Math.max(heard, missed.messages.at(-1)?.id ?? 0);
      seen = {};
      // What others say to it waits meanwhile (`Mailbox.enter`), so only what it says itself elsewhere makes it read again.
      const given = this.#published.lastPrivate(person);
      if ((given ?? 0) <= heard || (missed.messages.length === 0 && given === givenBefore)) break;
    }
    return { replayed, gaps, heardUpTo: heard } satisfies MissedPrivately;
  }

  #join({ sessionId, person }: Named, channel: Channel, heardUpTo?: number): void {
    const event = { type: 'joined', channelId: channel.id, channel: channel.name, username: person.name } as const;
    this.#bus.publish({ to: { session: sessionId }, event: heardUpTo === undefined ? event : { ...event, heardUpTo } });
  }

  /** The latest lines after `seen`, as many as are replayed. */
  async #page(channel: Channel, seen: number, room: ReplayRoom): Promise<readonly StoredLine[]> {
    const source = { kind: 'channel', id: channel.id, name: channel.name } as const;
    const sizes = { chunkBytes: Number.MAX_SAFE_INTEGER, pageBytes: room.bytes };
    const page = await this.#store.history.page({ source, cursor: {}, limit: mostReplayed, ...sizes });
    return page.chunks.flatMap((chunk) => JSON.parse(chunk) as StoredLine[]).filter(({ seq }) => seq > seen);
  }

  #tellGap(sessionId: string, { name }: Channel, { from_seq, to_seq }: { from_seq: number; to_seq: number }): Missed['gaps'][number] {
    this.#bus.publish({ to: { session: sessionId }, event: { type: 'gap', channel: name, fromSeq: from_seq, toSeq: to_seq } });
    return { channel: name, from_seq, to_seq };
  }

  #tell(sessionId: string, channel: Channel, line: StoredLine): void {
    const { id, seq, from, content, timestamp, mentions, reply_to, tags } = line;
    this.#bus.publish({
      to: { session: sessionId },
      event: {
        type: 'message',
        subtype: 'global',
        channel: channel.name,
        isChannelNamed: true,
        id,
        seq,
        at: Date.parse(timestamp),
        from,
        content,
        mentions,
        replyTo: reply_to,
        tags,
      },
    });
  }
}

function take(room: ReplayRoom, told: readonly { readonly content: string; readonly tags?: StoredLine['tags'] | undefined }[]): void {
  const bytes = told.reduce((sum, { content, tags = {} }) => sum + lineBytes(content, JSON.stringify(tags)), 0);
  room.bytes = Math.max(0, room.bytes - bytes);
}
