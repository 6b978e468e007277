import type { Bus } from '../bus/bus.ts';
import type { PresenceState } from '../protocol/presence.ts';
import type { Account } from '../store/store.ts';
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
  readonly defaultChannel: { readonly id: number; readonly name: string };
  readonly sessionsPerAccount: number;
  /** A free name for a guest that has to give way. */
  readonly freeName: (wanted: string) => Promise<{ name: string; fold: string }>;
}

const online: State = { state: 'online', word: 'online' };

/** Who comes, goes, and how they are (protocol.md §2 and §6). */
export class Presence {
  readonly #parts: PresenceParts;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
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

  /**
   * Names a connection after an account and tells everybody. Who logs in again as who it is loses nothing. `isHome`: it hears the
   * default channel at once.
   */
  enterAccount(sessionId: string, account: Account, isHome = true): Person {
    const { roster, bus } = this.#parts;
    const former = roster.of(sessionId);
    const isSame = former?.accountId === account.id;
    if (isSame) roster.setState(sessionId, online);
    else this.#leaveFormer(sessionId, account.username);
    const person = isSame ? former : this.#enter(sessionId, accountPerson(account), isHome);
    this.#bound(person, sessionId);
    bus.publish({ to: { everyone: true }, event: { type: 'status', user: person.name, ...online }, except: sessionId });
    return person;
  }

  /** Names a connection as a guest. Nobody is told, as on the course server. */
  enterGuest(sessionId: string, person: Person): Person {
    return this.#enter(sessionId, person, true);
  }

  /** A connection ended. The name is off the list before anybody hears of it. */
  leave(sessionId: string): void {
    this.#leaveFormer(sessionId, null);
  }

  setState(sessionId: string, state: State): void {
    const { roster, bus } = this.#parts;
    const person = roster.of(sessionId);
    if (person === undefined) return;
    roster.setState(sessionId, state);
    bus.publish({ to: { everyone: true }, event: { type: 'status', user: person.name, ...state }, except: sessionId });
  }

  /** Everybody who shows: hidden are those of whom every session is invisible. */
  *visible(): Iterable<Present> {
    for (const present of this.#parts.roster.all()) {
      for (const { state } of present.sessions.values()) {
        if (state === 'invisible' || state === 'offline') continue;
        yield present;
        break;
      }
    }
  }

  #enter(sessionId: string, person: Person, isHome: boolean): Person {
    const { roster, bus, defaultChannel } = this.#parts;
    const entered = roster.enter(sessionId, person);
    const to = { session: sessionId };
    bus.publish({ to, event: { type: 'entered', username: entered.name } });
    if (isHome)
      bus.publish({ to, event: { type: 'joined', channelId: defaultChannel.id, channel: defaultChannel.name, username: entered.name } });
    return entered;
  }

  /** The session gives its name up; when that was the last one, everybody hears it, unless it goes on under the same name. */
  #leaveFormer(sessionId: string, nextName: string | null): void {
    const left = this.#parts.roster.leave(sessionId);
    if (left === null || !left.isLast || left.person.name === nextName) return;
    this.#parts.bus.publish({
      to: { everyone: true },
      event: { type: 'status', user: left.person.name, state: 'offline', word: 'offline' },
      except: sessionId,
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
