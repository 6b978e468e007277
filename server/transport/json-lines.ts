import ndjson from 'ndjson';

/** One parsed line: its object, or null when it is not JSON. */
export type Parsed = Readonly<Record<string, unknown>> | null;

/**
 * The one ndjson parser of the process. It is fed runs of whole, guarded lines only: each begins with `{`, so it can neither
 * be ended by a `null` nor hold a rest; and it answers synchronously (hot-path.md fact 3). Handlers never run inside it.
 */
export class JsonLines {
  #parser = this.#make();
  #collected: Parsed[] = [];

  /** Parses `run`, which holds exactly `count` lines, each ended by a newline. */
  parse(run: Buffer, count: number): Parsed[] {
    this.#collected = [];
    this.#parser.write(run);
    if (this.#collected.length === count) return this.#collected;
    // Never seen: the parser lost step. A new one, so that one client's line cannot shift another's.
    this.#parser.destroy();
    this.#parser = this.#make();
    return new Array<Parsed>(count).fill(null);
  }

  #make() {
    const parser = ndjson.parse({ strict: true });
    parser.on('data', (value: Parsed) => this.#collected.push(value));
    parser.on('error', () => this.#collected.push(null));
    return parser;
  }
}
