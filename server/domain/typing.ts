import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import { fold } from '../protocol/names.ts';
import type { Channel } from '../store/store.ts';
import type { Admittance } from './admittance.ts';
import type { Blocks } from './blocks.ts';
import type { Named } from './people.ts';
import type { Roster } from './presence.ts';

/** A session is heard typing once in so long, per conversation (protocol.md §5). */
const everyMs = 3000;

export interface TypingParts {
  readonly roster: Roster;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly admittance: Admittance;
  readonly blocks: Pick<Blocks, 'isBlocked'>;
}

/** Who is writing: told live, never stored. What is too often, or reaches nobody, is dropped in silence. */
export class Typing {
  readonly #parts: TypingParts;
  /** When it was told last, by session and conversation. */
  readonly #toldAt = new LRUCache<string, number>({ max: 20_000 });

  constructor(parts: TypingParts) {
    this.#parts = parts;
  }

  inChannel(caller: Named, channel: Channel): void {
    const { sessionId, person } = caller;
    this.#parts.admittance.speak(caller, channel.id);
    if (!this.#isTime(`${sessionId}#${channel.id}`)) return;
    const event = { type: 'typing', from: person.name, channel: channel.name } as const;
    this.#parts.bus.publish({ to: { channel: channel.id }, event, except: sessionId });
  }

  to(caller: Named, name: string): void {
    const { sessionId, person } = caller;
    this.#parts.admittance.speak(caller, null);
    const other = this.#parts.roster.byFold(fold(name))?.person;
    if (other !== undefined && this.#parts.blocks.isBlocked(other.key, person)) return;
    if (other === undefined || other.key === person.key || !this.#isTime(`${sessionId}@${other.key}`)) return;
    this.#parts.bus.publish({ to: { person: other.key }, event: { type: 'typing', from: person.name, to: other.name } });
  }

  #isTime(key: string): boolean {
    const now = this.#parts.clock.monotonic();
    const last = this.#toldAt.get(key);
    if (last !== undefined && now - last < everyMs) return false;
    this.#toldAt.set(key, now);
    return true;
  }
}
