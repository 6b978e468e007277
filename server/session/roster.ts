import type { Person } from '../domain/people.ts';
import type { Present, Roster, State } from '../domain/presence.ts';

interface Entry extends Present {
  readonly sessions: Map<string, State>;
}

const arrived: State = { state: 'online', word: 'online' };

/** Who is here on this node, in order of arrival. */
export class MemoryRoster implements Roster {
  readonly #now: () => number;
  readonly #byKey = new Map<string, Entry>();
  readonly #byFold = new Map<string, Entry>();
  readonly #bySession = new Map<string, Entry>();
  #changes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Grows with every change of who shows; for whoever keeps a list made from `all`. */
  get changes(): number {
    return this.#changes;
  }

  get size(): number {
    return this.#byKey.size;
  }

  of(sessionId: string): Person | undefined {
    return this.#bySession.get(sessionId)?.person;
  }

  byKey(key: string): Present | undefined {
    return this.#byKey.get(key);
  }

  byFold(fold: string): Present | undefined {
    return this.#byFold.get(fold);
  }

  all(): Iterable<Present> {
    return this.#byKey.values();
  }

  enter(sessionId: string, person: Person): Person {
    this.#changes += 1;
    const entry = this.#byKey.get(person.key) ?? { person, sessions: new Map(), since: this.#now() };
    this.#byKey.set(person.key, entry);
    this.#byFold.set(person.fold, entry);
    this.#bySession.set(sessionId, entry);
    entry.sessions.set(sessionId, arrived);
    return entry.person;
  }

  leave(sessionId: string): { person: Person; isLast: boolean } | null {
    const entry = this.#bySession.get(sessionId);
    if (entry === undefined) return null;
    this.#changes += 1;
    this.#bySession.delete(sessionId);
    entry.sessions.delete(sessionId);
    const isLast = entry.sessions.size === 0;
    if (isLast) {
      this.#byKey.delete(entry.person.key);
      if (this.#byFold.get(entry.person.fold) === entry) this.#byFold.delete(entry.person.fold);
    }
    return { person: entry.person, isLast };
  }

  rename(person: Person, name: string, fold: string): void {
    const entry = this.#byKey.get(person.key);
    if (entry === undefined) return;
    this.#changes += 1;
    this.#byFold.delete(person.fold);
    person.name = name;
    person.fold = fold;
    this.#byFold.set(fold, entry);
  }

  setState(sessionId: string, state: State): void {
    const sessions = this.#bySession.get(sessionId)?.sessions;
    if (sessions === undefined) return;
    if ((sessions.get(sessionId)?.state === 'invisible') !== (state.state === 'invisible')) this.#changes += 1;
    sessions.set(sessionId, state);
  }
}
