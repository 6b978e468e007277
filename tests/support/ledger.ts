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

  /** Notes a message that is about to be sent; returns its content. */
  say(writer: string, audience: string): string {
    const number = (this.#numbers.get(writer) ?? 0) + 1;
    this.#numbers.set(writer, number);
    const marker = `m.${writer}.${number}.`;
    this.#said.set(marker, { writer, number, audience, ack: null, isSeen: false });
    return marker;
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

  /** Holds the book against the database. Throws AssertionError at the first difference. */
  compare(file: string): Totals {
    const rows = readRows(file);
    const stored = new Map<string, Row>();
    for (const row of rows) {
      const said = this.said(row.content);
      assert.ok(!stored.has(row.content), `${row.content} is stored twice`);
      assert.deepEqual([row.username, row.audience], [said.writer, said.audience], row.content);
      stored.set(row.content, row);
    }
    let seen = 0;
    for (const [marker, said] of this.#said) {
      const row = stored.get(marker);
      if (said.isSeen) seen += 1;
      assert.ok(row !== undefined || !said.isSeen, `${marker} was seen, and is lost`);
      assert.ok(row !== undefined || said.ack === null, `${marker} was acknowledged, and is lost`);
      if (said.ack !== null) assert.deepEqual({ id: row?.id, seq: row?.seq }, said.ack, `${marker} was told another place`);
    }
    assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length, 'ids are unique over channels and private conversations');
    this.#compareOrder(rows, stored);
    return { said: this.#said.size, acked: this.acked, seen, stored: rows.length };
  }

  #compareOrder(rows: readonly Row[], stored: ReadonlyMap<string, Row>): void {
    const last = new Map<string, { seq: number; id: number; timestamp: string }>();
    const lastNumber = new Map<string, number>();
    for (const row of rows) {
      const before = last.get(row.conversation) ?? { seq: 0, id: 0, timestamp: '' };
      assert.equal(row.seq, before.seq + 1, `seq of ${row.conversation} has no gaps`);
      assert.ok(row.id > before.id && row.timestamp >= before.timestamp, `${row.content}: ids and times ascend with seq`);
      last.set(row.conversation, row);
      const { writer, number } = this.said(row.content);
      const flow = `${writer} in ${row.conversation}`;
      assert.ok(number > (lastNumber.get(flow) ?? 0), `${row.content} overtook what ${flow} said before`);
      lastNumber.set(flow, number);
    }
    for (const seen of this.#watched) {
      let seq = 0;
      for (const marker of seen) {
        const row = stored.get(marker);
        assert.ok(row !== undefined && row.seq > seq, `${marker} was seen twice, or in another order than stored`);
        seq = row.seq;
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
