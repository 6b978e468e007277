import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import type { PresenceState } from '../protocol/presence.ts';
import type { PersonKey } from '../store/store.ts';

/** After something was told of somebody, further changes are gathered for so long: a storm of them is one line. */
const gatherMs = 300;
/** Whoever takes up a session within this time after a cut is as before. */
const keptMs = 10 * 60 * 1000;
/** Timers do not reach further; a longer time is waited for in parts. */
const longestTimerMs = 24 * 3600 * 1000;

/** How somebody is, over all of its v2 sessions. */
export interface Merged {
  readonly state: PresenceState;
  readonly text?: string | undefined;
}

/** What one v2 session says; `until` in ms since 1970: then it is online again by itself. */
export interface Saying extends Merged {
  readonly until?: number | undefined;
}

interface Entry {
  readonly sessions: Set<string>;
  /** Sessions nobody sits at. */
  readonly away: Set<string>;
  awayText: string | undefined;
  /** The last word of the person but `away`, and from which session. */
  chosen: Merged & { readonly by: string | null };
  until: number | null;
  cancelExpiry: () => void;
  /** What the others know. */
  told: Merged;
  /** Gathering changes; whose session is not told its own. */
  cancelTelling: (() => void) | null;
  lastBy: string | null;
}

const online: Merged = { state: 'online' };

/**
 * One presence for a person with several v2 sessions. `away` is true when nobody sits at any of them; everything else is a wish of
 * the person, not of a machine: the last one holds for all, also when the session that said it ends.
 */
export class MergedPresence {
  readonly #clock: Clock;
  readonly #onChange: (key: PersonKey, merged: Merged, sessions: ReadonlySet<string>) => void;
  readonly #onTell: (key: PersonKey, merged: Merged, by: string | null) => void;
  readonly #entries = new Map<PersonKey, Entry>();
  readonly #left = new LRUCache<PersonKey, { readonly chosen: Merged; readonly until: number | null; readonly at: number }>({
    max: 65_536,
  });

  /** `onChange` is called with every change at once, `onTell` with what the others are to be told, gathered. */
  constructor(parts: {
    clock: Clock;
    onChange: (key: PersonKey, merged: Merged, sessions: ReadonlySet<string>) => void;
    onTell: (key: PersonKey, merged: Merged, by: string | null) => void;
  }) {
    this.#clock = parts.clock;
    this.#onChange = parts.onChange;
    this.#onTell = parts.onTell;
  }

  /** What the others know of somebody's v2 sessions; null: there are none. */
  told(key: PersonKey): Merged | null {
    return this.#entries.get(key)?.told ?? null;
  }

  /** One more v2 session. The first one is as `before`, or after a cut as it was (`isResumed`). Returns whether it is the first. */
  join(key: PersonKey, sessionId: string, { before = online, isResumed = false }: { before?: Merged; isResumed?: boolean } = {}): boolean {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.sessions.add(sessionId);
      this.#changed(key, known, sessionId);
      return false;
    }
    const left = this.#left.get(key);
    this.#left.delete(key);
    const isKept = isResumed && left !== undefined && this.#clock.monotonic() - left.at <= keptMs;
    const entry: Entry = {
      sessions: new Set([sessionId]),
      away: new Set(),
      awayText: undefined,
      chosen: { ...(isKept ? left.chosen : before), by: null },
      until: isKept ? left.until : null,
      cancelExpiry: () => undefined,
      told: isKept ? left.chosen : before,
      cancelTelling: null,
      lastBy: null,
    };
    this.#entries.set(key, entry);
    this.#onChange(key, entry.told, entry.sessions);
    this.#arm(key, entry);
    return true;
  }

  say(key: PersonKey, sessionId: string, { state, text, until }: Saying): void {
    this.join(key, sessionId);
    const entry = this.#entries.get(key) as Entry;
    if (state === 'away') {
      entry.away.add(sessionId);
      entry.awayText = text;
      if (entry.chosen.by === sessionId || entry.sessions.size === 1) entry.chosen = { ...online, by: null };
    } else {
      entry.away.delete(sessionId);
      entry.chosen = { state, text, by: sessionId };
    }
    entry.until = until ?? null;
    this.#arm(key, entry);
    this.#changed(key, entry, sessionId);
  }

  /** A session ended. Returns what the others know of the person's v2 sessions; null: it was none of them. */
  leave(key: PersonKey, sessionId: string): Merged | null {
    const entry = this.#entries.get(key);
    if (!entry?.sessions.delete(sessionId)) return null;
    entry.away.delete(sessionId);
    if (entry.sessions.size > 0) {
      this.#changed(key, entry, sessionId);
      return entry.told;
    }
    entry.cancelExpiry();
    entry.cancelTelling?.();
    this.#entries.delete(key);
    if (entry.chosen.state !== 'online' || entry.chosen.text !== undefined)
      this.#left.set(key, { chosen: entry.chosen, until: entry.until, at: this.#clock.monotonic() });
    return entry.told;
  }

  #changed(key: PersonKey, entry: Entry, by: string | null): void {
    this.#onChange(key, mergedOf(entry), entry.sessions);
    entry.lastBy = by;
    if (entry.cancelTelling === null) this.#tell(key, entry);
  }

  /** Tells what is new, then gathers for a while. */
  #tell(key: PersonKey, entry: Entry): void {
    entry.cancelTelling = null;
    const merged = mergedOf(entry);
    if (merged.state === entry.told.state && merged.text === entry.told.text) return;
    entry.told = merged;
    entry.cancelTelling = this.#clock.after(gatherMs, () => this.#tell(key, entry));
    this.#onTell(key, merged, entry.lastBy);
  }

  #arm(key: PersonKey, entry: Entry): void {
    entry.cancelExpiry();
    entry.cancelExpiry = () => undefined;
    if (entry.until === null) return;
    const left = Math.max(0, entry.until - this.#clock.now());
    entry.cancelExpiry = this.#clock.after(Math.min(left, longestTimerMs), () => {
      if (left > longestTimerMs) {
        this.#arm(key, entry);
        return;
      }
      entry.until = null;
      entry.away.clear();
      entry.chosen = { ...online, by: null };
      this.#changed(key, entry, null);
    });
  }
}

function mergedOf({ sessions, away, awayText, chosen }: Entry): Merged {
  if (chosen.state === 'online' && away.size === sessions.size && away.size > 0) return { state: 'away', text: awayText };
  return { state: chosen.state, text: chosen.text };
}
