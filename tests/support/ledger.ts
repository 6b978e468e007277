import assert from 'node:assert/strict';
import Sqlite from 'better-sqlite3';

/** What became of one message, as its clients know it. */
export interface Said {
  readonly writer: string;
  /** Numbered per writer: their order in a conversation is the order of saying. */
  readonly number: number;
  /** `#dev`, or `>bob`. */
  readonly audience: string;
  ack: Place | null;
  /** Somebody else has it. */
  isSeen: boolean;
}

export interface Place {
  readonly id: number;
  readonly seq: number;
}

/** A message as it lies in the database. */
interface Row extends Place {
  readonly content: string;
  readonly username: string;
  /** `#dev`, or `>bob`. */
  readonly audience: string;
  /** What `seq` counts in. */
  readonly conversation: string;
  readonly timestamp: string;
}

export interface Totals {
  readonly said: number;
  readonly acked: number;
  readonly seen: number;
  readonly stored: number;
}

/** What the book and a database say of each other. */
export interface Findings {
  readonly totals: Totals;
  /** Messages that were acknowledged or seen and are not there, or not where they were told to be. */
  readonly lost: number;
  /** Rows too many. */
  readonly doubled: number;
  /** Every difference, in words. */
  readonly faults: readonly string[];
}

/**
 * The book of what was said, acknowledged and seen. Every content is a marker of its own, so that a row, an ack and a delivery are
 * known to be the same message. `compare` holds the book against a database: nothing that was acknowledged or seen is lost or other
 * than told, nothing is doubled, nothing came from nowhere, `seq` has no gaps, and order is kept.
 */
export class Ledger {
  readonly #said = new Map<string, Said>();
  readonly #numbers = new Map<string, number>();
  /** What each observer that knows no `seq` saw, in order. */
  readonly #watched: string[][] = [];
  /** Others talk too, whose words stand in no book. */
  readonly #hasStrangers: boolean;

  constructor({ hasStrangers = false } = {}) {
    this.#hasStrangers = hasStrangers;
  }

  get open(): number {
    let open = 0;
    for (const said of this.#said.values()) if (said.ack === null) open += 1;
    return open;
  }

  /** Said and not yet seen by anybody else. */
  get unseen(): number {
    let unseen = 0;
    for (const said of this.#said.values()) if (!said.isSeen) unseen += 1;
    return unseen;
  }

  get size(): number {
    return this.#said.size;
  }

  get acked(): number {
    return this.#said.size - this.open;
  }

  /** The book as it is now, of what was acknowledged: what comes later is of strangers to it. */
  acknowledgedSoFar(): Ledger {
    const copy = new Ledger({ hasStrangers: true });
    for (const [marker, said] of this.#said) if (said.ack !== null) copy.#said.set(marker, { ...said });
    return copy;
  }

  /** Notes a message that is about to be sent; returns its content. */
  say(writer: string, audience: string): string {
    const number = (this.#numbers.get(writer) ?? 0) + 1;
    this.#numbers.set(writer, number);
    const marker = `m.${writer}.${number}.`;
    this.#said.set(marker, { writer, number, audience, ack: null, isSeen: false });
    return marker;
  }

  /** A stranger said it. */
  isForeign(marker: string): boolean {
    return this.#hasStrangers && !this.#said.has(marker);
  }

  said(marker: string): Said {
    const said = this.#said.get(marker);
    assert.ok(said !== undefined, `${marker} was never said`);
    return said;
  }

  acknowledge(marker: string, place: Place): void {
    const said = this.said(marker);
    if (said.ack !== null) assert.deepEqual(place, said.ack, `${marker} was acknowledged twice, differently`);
    said.ack = place;
  }

  /** Somebody else got it; `place` as told, null when it was not. */
  see(marker: string, place: Place | null): void {
    const said = this.said(marker);
    said.isSeen = true;
    if (place !== null) this.acknowledge(marker, place);
  }

  /** The list that an observer of one conversation without `seq` adds to. */
  watch(): string[] {
    const seen: string[] = [];
    this.#watched.push(seen);
    return seen;
  }

  /** Holds the book against the database. Throws AssertionError with the differences. */
  compare(file: string): Totals {
    const { totals, faults } = this.examine(file);
    assert.ok(faults.length === 0, `${faults.length} differences: ${faults.slice(0, 5).join('; ')}`);
    return totals;
  }

  /** Holds the book against the database, and counts. */
  examine(file: string): Findings {
    const rows = readRows(file);
    const faults: string[] = [];
    const stored = new Map<string, Row>();
    let doubled = 0;
    for (const row of rows) {
      const said = this.#said.get(row.content);
      if (this.isForeign(row.content)) continue;
      if (said === undefined) faults.push(`${row.content} was never said`);
      else if (row.username !== said.writer || row.audience !== said.audience) faults.push(`${row.content} is of another, or to another`);
      if (stored.has(row.content)) {
        doubled += 1;
        faults.push(`${row.content} is stored twice`);
      } else stored.set(row.content, row);
    }
    const { seen, lost } = this.#compareTold(stored, faults);
    if (new Set(rows.map(({ id }) => id)).size !== rows.length) faults.push('an id is used twice over channels and private conversations');
    this.#compareRows(rows, faults);
    this.#compareWatched(stored, faults);
    return { totals: { said: this.#said.size, acked: this.acked, seen, stored: rows.length }, lost, doubled, faults };
  }

  #compareTold(stored: ReadonlyMap<string, Row>, faults: string[]): { seen: number; lost: number } {
    let [seen, lost] = [0, 0];
    for (const [marker, said] of this.#said) {
      if (said.isSeen) seen += 1;
      if (!said.isSeen && said.ack === null) continue;
      const row = stored.get(marker);
      if (row === undefined) faults.push(`${marker} was ${said.isSeen ? 'seen' : 'acknowledged'}, and is lost`);
      else if (said.ack === null || (said.ack.id === row.id && said.ack.seq === row.seq)) continue;
      else faults.push(`${marker} was told another place`);
      lost += 1;
    }
    return { seen, lost };
  }

  #compareRows(rows: readonly Row[], faults: string[]): void {
    const last = new Map<string, { seq: number; id: number; timestamp: string }>();
    const lastNumber = new Map<string, number>();
    for (const row of rows) {
      const before = last.get(row.conversation) ?? { seq: 0, id: 0, timestamp: '' };
      if (row.seq !== before.seq + 1) faults.push(`seq of ${row.conversation} goes from ${before.seq} to ${row.seq}: it has no gaps`);
      if (row.id <= before.id || row.timestamp < before.timestamp) faults.push(`${row.content}: ids and times ascend with seq`);
      last.set(row.conversation, row);
      const said = this.#said.get(row.content);
      if (said === undefined) continue;
      const flow = `${said.writer} in ${row.conversation}`;
      if (said.number <= (lastNumber.get(flow) ?? 0)) faults.push(`${row.content} overtook what ${flow} said before`);
      lastNumber.set(flow, said.number);
    }
  }

  #compareWatched(stored: ReadonlyMap<string, Row>, faults: string[]): void {
    for (const seen of this.#watched) {
      let seq = 0;
      for (const marker of seen) {
        const row = stored.get(marker);
        if (row !== undefined && row.seq <= seq) faults.push(`${marker} was seen twice, or in another order than stored`);
        seq = row?.seq ?? seq;
      }
    }
  }
}

/** All messages, by conversation and `seq`, read without touching the file. */
function readRows(file: string): readonly Row[] {
  const db = new Sqlite(file, { readonly: true });
  try {
    const channels = db.prepare<[], Row>(
      'SELECT id, seq, content, username, channel AS audience, channel AS conversation, timestamp FROM messages ORDER BY channel, seq',
    );
    const privates = db.prepare<[], Row>(
      `SELECT id, seq, content, username, '>' || recipient_name AS audience, 'c' || conversation_id AS conversation, timestamp
       FROM private_messages ORDER BY conversation_id, seq`,
    );
    return [...channels.all(), ...privates.all()];
  } finally {
    db.close();
  }
}

/** The whole check of SQLite itself; 'ok' when all is well. */
export function integrityOf(file: string): string {
  const db = new Sqlite(file, { readonly: true });
  const found = db.pragma('integrity_check', { simple: true });
  db.close();
  return String(found);
}
