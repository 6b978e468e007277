import Sqlite from 'better-sqlite3';
import { migrate } from '../../server/store/migrate.ts';

/** A database full of talk, made without a server: the words are invented, how often each is said follows Zipf’s law as in a language. */
export interface Corpus {
  readonly channel: string;
  /** In how many messages a word stands, the most frequent word first. */
  readonly words: readonly (readonly [word: string, messages: number])[];
}

const vocabulary = 50_000;
const authors = 200;
const syllables = 'ba be bi bo bu ka ke ki ko ku la le li lo ra re ri ro ta te ti to ma me mi mo na ne ni no sa se si so'.split(' ');

/** Writes `count` messages of 4 to 21 words into one channel of a new database. */
export function fillDatabase(file: string, count: number): Corpus {
  const db = new Sqlite(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  migrate(db);
  const words = Array.from({ length: vocabulary }, (_, rank) => wordOf(rank));
  const said = new Uint32Array(vocabulary);
  const random = generator();
  const pick = zipf(random);
  const insert = db.prepare<[number, number, string, string, string, string]>(
    "INSERT INTO messages (id, channel_id, seq, author, username, channel, content, timestamp) VALUES (?, 2, ?, ?, ?, '#big', ?, ?)",
  );
  db.transaction(() => {
    db.exec("INSERT INTO channels (id, name, fold, created_by, created_at) VALUES (2, '#big', 'big', 'u1', '2026-01-01T00:00:00.000Z')");
    for (let id = 1; id <= count; id += 1) {
      const ranks = Array.from({ length: 4 + Math.floor(random() * 18) }, pick);
      for (const rank of new Set(ranks)) said[rank] = (said[rank] ?? 0) + 1;
      const author = 1 + Math.floor(random() * authors);
      const content = ranks.map((rank) => words[rank]).join(' ');
      insert.run(id, id, `u${author}`, `user${author}`, content, new Date(1_700_000_000_000 + id * 1000).toISOString());
    }
    db.exec(`UPDATE channels SET last_seq = ${count} WHERE id = 2; UPDATE counters SET value = ${count}`);
  })();
  db.close();
  return { channel: '#big', words: words.map((word, rank) => [word, said[rank] ?? 0]) };
}

/** No word is the beginning of all others, as short numbers would be: the first ones end in a letter of their own. */
function wordOf(rank: number): string {
  let word = rank < syllables.length ? 'x' : '';
  let rest = rank;
  do {
    word = `${syllables[rest % syllables.length]}${word}`;
    rest = Math.floor(rest / syllables.length);
  } while (rest > 0);
  return word;
}

/** Ranks of words, by their frequency. */
function zipf(random: () => number): () => number {
  const sums = new Float64Array(vocabulary);
  let total = 0;
  for (let rank = 0; rank < vocabulary; rank += 1) {
    total += 1 / (rank + 2);
    sums[rank] = total;
  }
  return () => {
    const at = random() * total;
    let low = 0;
    let high = vocabulary - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** The same numbers in every run. */
function generator(): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 4_294_967_296;
  };
}
