import type { NotificationEvent } from '../protocol/notifications.ts';
import type { Channel, Sanction } from '../store/store.ts';
import { holderOf, holdOf } from './active-sanctions.ts';
import { afterSentence, isStaff } from './admittance.ts';
import type { ModerationParts } from './moderation.ts';
import { type Actor, accountKey, type Caller, type Named } from './people.ts';
import { imposedWording, liftedWording } from './sanction-texts.ts';
import type { Target } from './targets.ts';

/** What was imposed, and on whom. */
interface Imposed {
  readonly by: Actor;
  readonly target: Target;
  readonly channel: Channel | null;
  /** The id of the notification that was stored for an account. */
  readonly notification: number | null;
}

/** What a sanction does to those who are here, after it is stored and in force. */
export class SanctionEffects {
  readonly #parts: ModerationParts;

  constructor(parts: ModerationParts) {
    this.#parts = parts;
  }

  imposed(sanction: Sanction, { by, target, channel, notification }: Imposed): void {
    const hit = this.#hit(sanction);
    const isOut = sanction.kind === 'kick' || sanction.kind === 'ban';
    this.#tell(sanction, { by, notification, callers: hit });
    if (!isOut) return;
    if (channel !== null) this.#parts.channels.expel(channel, { ...target, sessions: hit.filter(isNamed) });
    else for (const caller of hit) this.#end(caller, sanction, by);
  }

  lifted(sanction: Sanction, by: Actor): void {
    if (holdOf(sanction) === null) return;
    const { id, kind, channel } = sanction;
    const event = { type: 'lifted', id, sanction: kind, channel: channel ?? undefined, by: by.name } as const;
    for (const key of new Set(
      this.#hit({ ...sanction, network: null })
        .filter(isNamed)
        .map(({ person }) => person.key),
    )) {
      this.#parts.bus.publish({ to: { person: key }, event });
      this.#parts.bus.publish({ to: { person: key }, event: { type: 'notice', ...liftedWording(sanction, by.name) } });
    }
  }

  /** Everybody who may not be here at an emergency level. */
  endAll(who: (caller: Named) => boolean): void {
    for (const caller of [...this.#parts.present()]) {
      if (!isNamed(caller) || !who(caller)) continue;
      const params = { reason: afterSentence(this.#parts.admittance.levelReason) };
      const event = { type: 'end', reason: 'sanction', code: 'session_expired', text: 'level_staff', params } as const;
      this.#parts.bus.publish({ to: { session: caller.sessionId }, event });
    }
  }

  /** The connections that a sanction concerns; a ban of a network not those of the staff. */
  #hit(sanction: Sanction): readonly Caller[] {
    const { admittance, networkSet } = this.#parts;
    const holder = holderOf(sanction);
    const has = sanction.network === null ? null : networkSet([sanction.network]);
    const isMeant = (caller: Caller) => {
      if (has?.(caller.remote) === true && !isStaff(caller.person?.role ?? 'guest')) return true;
      if (holder === null || !isNamed(caller)) return false;
      const { accountId, key, fold } = caller.person;
      return sanction.guest === null ? key === holder : accountId === null && admittance.guestMark(caller, fold) === holder;
    };
    return [...this.#parts.present()].filter(isMeant);
  }

  #tell(sanction: Sanction, { by, notification, callers }: { by: Actor; notification: number | null; callers: readonly Caller[] }): void {
    const { bus } = this.#parts;
    const { id, kind, reason, until, channel, at, accountId } = sanction;
    if (accountId !== null && notification !== null) {
      const event: NotificationEvent = {
        type: 'notification',
        id: notification,
        kind: 'sanction',
        channel: channel ?? undefined,
        sanction: { id, kind, reason, until },
        by: by.name,
        at,
      };
      bus.publish({ to: { person: accountKey(accountId) }, event });
    }
    // Whoever is sent off the server is told in its last line.
    if ((kind === 'kick' || kind === 'ban') && channel === null) return;
    const keys = new Set(callers.filter(isNamed).map(({ person }) => person.key));
    for (const key of keys) bus.publish({ to: { person: key }, event: { type: 'notice', ...imposedWording(sanction, by.name) } });
  }

  #end({ sessionId }: Caller, sanction: Sanction, by: Actor): void {
    const code = holdOf(sanction) === null ? 'session_expired' : 'banned';
    this.#parts.bus.publish({
      to: { session: sessionId },
      event: { type: 'end', reason: 'sanction', code, ...imposedWording(sanction, by.name) },
    });
  }
}

function isNamed(caller: Caller): caller is Named {
  return caller.person !== null;
}
