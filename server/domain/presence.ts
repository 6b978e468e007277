import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import type { PresenceState, StatusEvent } from '../protocol/presence.ts';
import type { Account, PersonKey } from '../store/store.ts';
import { type Merged, MergedPresence, type Saying } from './merged-presence.ts';
import { accountPerson, type Person } from './people.ts';

/** How one session of a person is: what v2 sees, and the word that v1 sees. */
export interface State {
  readonly state: PresenceState;
  readonly text?: string | undefined;
  readonly word: string;
}

/** Somebody who is here, over all sessions. */
export interface Present {
  readonly person: Person;
  /** By session id, in order of arrival. */
  readonly sessions: ReadonlyMap<string, State>;
  readonly since: number;
}

/** Who is here: names and the sessions that wear them. Kept by the session floor, asked by the rules. */
export interface Roster {
  of(sessionId: string): Person | undefined;
  byKey(key: string): Present | undefined;
  byFold(fold: string): Present | undefined;
  /** In order of arrival. */
  all(): Iterable<Present>;
  enter(sessionId: string, person: Person): Person;
  /** Returns who it was, and whether that was the last session of that person. */
  leave(sessionId: string): { person: Person; isLast: boolean } | null;
  rename(person: Person, name: string, fold: string): void;
  setState(sessionId: string, state: State): void;
}

export interface PresenceParts {
  readonly roster: Roster;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly defaultChannel: { readonly id: number; readonly name: string };
  readonly sessionsPerAccount: number;
  /** A free name for a guest that has to give way. */
  readonly freeName: (wanted: string) => Promise<{ name: string; fold: string }>;
}

/** How a connection comes to its name. */
export interface Entrance {
  /** It hears the default channel at once. */
  readonly isHome?: boolean;
  /** It speaks v2: its presence is one with that of the account’s other v2 sessions. */
  readonly isMerged?: boolean;
  /** It takes up a session that was cut. */
  readonly isResumed?: boolean;
  /** … and was given its private messages up to this id. */
  readonly heardUpTo?: number;
}

const online: State = { state: 'online', word: 'online' };

/** Who comes, goes, and how they are (protocol.md §2 and §6). */
export class Presence {
  readonly #parts: PresenceParts;
  readonly #merged: MergedPresence;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#merged = new MergedPresence({
      clock: parts.clock,
      onChange: (_key, merged, sessions) => this.#keep(merged, sessions),
      onTell: (key, merged, by) => this.#tellMerged(key, merged, by),
    });
  }

  /** The channel that everybody hears at first. */
  get homeId(): number {
    return this.#parts.defaultChannel.id;
  }

  /** Before an account enters: whichever guest wears its name is renamed. */
  async makeWay(sessionId: string, account: Account): Promise<void> {
    const { roster, freeName } = this.#parts;
    for (;;) {
      const worn = roster.byFold(account.fold);
      if (worn === undefined || worn.person.accountId !== null || worn.sessions.has(sessionId)) return;
      const { name, fold } = await freeName(account.username);
      const isStill = roster.byFold(account.fold) === worn && roster.byFold(fold) === undefined;
      if (isStill) roster.rename(worn.person, name, fold);
    }
  }

  /** Names a connection after an account and tells everybody what is new. Who logs in again as who it is loses nothing. */
  enterAccount(
    sessionId: string,
    account: Account,
    { isHome = true, isMerged = false, isResumed = false, heardUpTo }: Entrance = {},
  ): Person {
    const { roster } = this.#parts;
    const former = roster.of(sessionId);
    const isSame = former?.accountId === account.id;
    if (!isSame) this.#leaveFormer(sessionId, account.username);
    else if (!isMerged) roster.setState(sessionId, online);
    const person = isSame ? former : this.#enter(sessionId, accountPerson(account), { isHome, heardUpTo });
    this.#bound(person, sessionId);
    if (!isMerged) this.#tell(person, online, sessionId);
    else if (this.#merged.join(person.key, sessionId, { isResumed }) && this.#merged.told(person.key)?.state !== 'invisible')
      this.#tellMerged(person.key, this.#merged.told(person.key), sessionId);
    return person;
  }

  /** Names a connection as a guest. Nobody is told, as on the course server. */
  enterGuest(sessionId: string, person: Person): Person {
    return this.#enter(sessionId, person, { isHome: true });
  }

  /** A v1 session with a name speaks v2 from now on; it stays as it was. */
  upgrade(sessionId: string): void {
    const person = this.#parts.roster.of(sessionId);
    const state = person && this.#parts.roster.byKey(person.key)?.sessions.get(sessionId);
    if (state !== undefined) this.#merged.join(person?.key ?? '', sessionId, { before: { state: state.state, text: state.text } });
  }

  /** A connection ended. The name is off the list before anybody hears of it. */
  leave(sessionId: string): void {
    this.#leaveFormer(sessionId, null);
  }

  /** What a v1 session says of itself: told as it is, neither merged nor delayed. */
  setWord(sessionId: string, state: State): void {
    const { roster } = this.#parts;
    const person = roster.of(sessionId);
    if (person === undefined) return;
    roster.setState(sessionId, state);
    this.#tell(person, state, sessionId);
  }

  /** What somebody says of itself in v2, for all its v2 sessions. */
  say(sessionId: string, saying: Saying): void {
    const person = this.#parts.roster.of(sessionId);
    if (person !== undefined) this.#merged.say(person.key, sessionId, saying);
  }

  /** Everybody who shows: hidden are those of whom every session is invisible. */
  *visible(): Iterable<Present> {
    for (const present of this.#parts.roster.all()) if (shown(present) !== undefined) yield present;
  }

  /** How many people are in each state. */
  counts(): Readonly<Record<PresenceState, number>> {
    const counts = { online: 0, away: 0, dnd: 0, invisible: 0 };
    for (const present of this.#parts.roster.all()) counts[shown(present)?.state ?? 'invisible'] += 1;
    return counts;
  }

  /** Everybody whom somebody may see: staff sees the invisible too, and everybody itself. */
  *seenBy(viewer: Person | null): Iterable<{ present: Present; state: Merged }> {
    for (const present of this.#parts.roster.all()) {
      const state = stateFor(present, viewer);
      if (state !== null) yield { present, state };
    }
  }

  /** How somebody is, as another may know it; null: offline, or so it looks. */
  stateOf(key: PersonKey, viewer: Person | null): Merged | null {
    const present = this.#parts.roster.byKey(key);
    return present === undefined ? null : stateFor(present, viewer);
  }

  #enter(sessionId: string, person: Person, { isHome, heardUpTo }: { isHome: boolean; heardUpTo?: number | undefined }): Person {
    const { roster, bus, defaultChannel } = this.#parts;
    const entered = roster.enter(sessionId, person);
    const to = { session: sessionId };
    bus.publish({ to, event: { type: 'entered', username: entered.name, heardUpTo } });
    if (isHome)
      bus.publish({ to, event: { type: 'joined', channelId: defaultChannel.id, channel: defaultChannel.name, username: entered.name } });
    return entered;
  }

  /** The session gives its name up; when that was the last one, everybody hears it, unless it goes on under the same name. */
  #leaveFormer(sessionId: string, nextName: string | null): void {
    const { roster } = this.#parts;
    const former = roster.of(sessionId);
    const known = former === undefined ? null : this.#merged.leave(former.key, sessionId);
    const left = roster.leave(sessionId);
    if (left === null || left.person.name === nextName) return;
    // Who was known to be offline, being invisible, does not go a second time; whoever leaves nothing but invisible sessions goes now.
    const isGone = left.isLast ? known?.state !== 'invisible' : known === null && this.#isHidden(left.person.key);
    if (isGone) this.#tell(left.person, { state: 'offline', word: 'offline' }, sessionId);
  }

  /** Somebody who is here in v2 only, and invisible. */
  #isHidden(key: PersonKey): boolean {
    const present = this.#parts.roster.byKey(key);
    return this.#merged.told(key)?.state === 'invisible' && present !== undefined && shown(present) === undefined;
  }

  #keep(merged: Merged, sessions: ReadonlySet<string>): void {
    for (const sessionId of sessions) this.#parts.roster.setState(sessionId, { ...merged, word: wordOf(merged) });
  }

  #tellMerged(key: PersonKey, merged: Merged | null, by: string | null): void {
    const person = this.#parts.roster.byKey(key)?.person;
    if (person !== undefined && merged !== null) this.#tell(person, { ...merged, word: wordOf(merged) }, by);
  }

  #tell(person: Person, { state, text, word }: Omit<StatusEvent, 'type' | 'user'>, except: string | null): void {
    this.#parts.bus.publish({
      to: { everyone: true },
      event: { type: 'status', user: person.name, state: state === 'invisible' ? 'offline' : state, text, word },
      ...(except === null ? {} : { except }),
    });
  }

  /** Too many sessions of one account: the oldest other one is told and closed (reliability: sessions per account). */
  #bound(person: Person, newest: string): void {
    const sessions = this.#parts.roster.byKey(person.key)?.sessions;
    if (sessions === undefined || sessions.size <= this.#parts.sessionsPerAccount) return;
    for (const sessionId of sessions.keys()) {
      if (sessionId === newest) continue;
      this.#parts.bus.publish({
        to: { session: sessionId },
        event: { type: 'end', reason: 'replaced', code: 'session_expired', text: 'second_session' },
      });
      return;
    }
  }
}

/** The newest session that shows speaks for the person; undefined: none does. */
function shown({ sessions }: Present): State | undefined {
  let newest: State | undefined;
  for (const state of sessions.values()) if (state.state !== 'invisible') newest = state;
  return newest;
}

function stateFor(present: Present, viewer: Person | null): Merged | null {
  const { state, text } = shown(present) ?? { state: 'invisible' };
  if (state !== 'invisible') return { state, text };
  const isStaff = viewer?.role === 'admin' || viewer?.role === 'moderator';
  return isStaff || viewer?.key === present.person.key ? { state, text } : null;
}

/** The v2 state as v1 sessions see it. */
function wordOf({ state }: Merged): string {
  return state === 'invisible' ? 'offline' : state;
}
