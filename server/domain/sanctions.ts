import type { Bus } from '../bus/bus.ts';
import { cleanLine } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import type { SanctionKind } from '../protocol/moderation.ts';
import { fold } from '../protocol/names.ts';
import type { Channel, MemberRole, Notification, Sanction, Store } from '../store/store.ts';
import { holdOf } from './active-sanctions.ts';
import type { Channels } from './channels.ts';
import type { ModerationParts } from './moderation.ts';
import { type Actor, accountKey, type Named } from './people.ts';
import { demand, mayActOn } from './permissions.ts';
import { SanctionEffects } from './sanction-effects.ts';
import { imposedWording } from './sanction-texts.ts';
import { type Target, Targets } from './targets.ts';

/** A sanction as somebody wants it. `target`: somebody by name, somebody who is here, a network, or somebody and a network. */
export interface Wanted {
  readonly kind: SanctionKind;
  readonly by: Actor;
  readonly target: { readonly username?: string | undefined; readonly caller?: Named | undefined; readonly address?: string | undefined };
  readonly reason: string;
  /** None: until it is lifted; of a warning and a kick: of this moment. */
  readonly durationMs?: number | undefined;
  /** None: on the whole server. */
  readonly channel?: string | undefined;
}

/** Which sanction is to end: by its number, or those of a person and a kind, in a channel or on the whole server. */
export type Lifted =
  | { readonly id: number }
  | { readonly username: string; readonly kind: SanctionKind; readonly channel?: string | undefined };

/** So many rows of one person are listed. */
const mostListed = 1000;

/** Sanctions and their ledger: asked for by people, by the operator, and by rules, all on this one way (protocol.md §7). */
export class Sanctions {
  readonly #parts: ModerationParts;
  readonly #store: Store['sanctions'];
  readonly #channels: Channels;
  readonly #bus: Bus;
  readonly #targets: Targets;
  readonly #effects: SanctionEffects;

  constructor(parts: ModerationParts) {
    this.#parts = parts;
    this.#store = parts.store.sanctions;
    this.#channels = parts.channels;
    this.#bus = parts.bus;
    this.#targets = new Targets(parts);
    this.#effects = new SanctionEffects(parts);
  }

  /** Fills the memory with what is in force. */
  async load(): Promise<void> {
    for (const sanction of await this.#store.open(this.#parts.clock.now())) this.#parts.active.add(sanction);
  }

  /**
   * Imposes a sanction: stored with its row of the audit and the notification of whom it hits, in force at once, then told. Throws
   * `forbidden`, `not_found`, `not_member`, `invalid_field`.
   */
  async impose(wanted: Wanted): Promise<Sanction> {
    const { kind, by, durationMs } = wanted;
    const { reason, channel, target } = await this.check(wanted);
    const at = this.#parts.clock.now();
    const { sanction, notification } = await this.#store.impose({
      kind,
      accountId: target.accountId,
      guest: target.guest,
      guestName: target.guest === null ? null : target.name,
      network: target.network,
      channelId: channel?.id ?? null,
      isExpelled: channel !== null && (kind === 'kick' || kind === 'ban'),
      reason,
      by: by.key,
      byName: by.name,
      at,
      until: durationMs === undefined ? null : at + durationMs,
    });
    this.#parts.active.add(sanction);
    this.#parts.onSanction(kind, by);
    this.#parts.audit.done(by, `sanction.${kind}`);
    this.#effects.imposed(sanction, { by, target, channel, notification });
    return sanction;
  }

  /** What is asked before a sanction is imposed; throws as `impose` does, and changes nothing. */
  async check({ kind, by, ...wanted }: Wanted): Promise<{ reason: string; channel: Channel | null; target: Target }> {
    const reason = checkedReason(wanted.reason);
    const channel = wanted.channel === undefined ? null : await this.#channels.visible({ person: by }, wanted.channel);
    await this.#demand(by, kind, channel);
    const target = await this.#targets.find(wanted.target, { kind, channel });
    await this.#demandOn(by, target, channel);
    return { reason, channel, target };
  }

  /** What `lift` would end; throws as it does, and changes nothing. */
  async liftable(by: Actor, which: Lifted): Promise<readonly Sanction[]> {
    const open = await this.#open(by, which);
    for (const sanction of open) {
      const channel = sanction.channel === null ? null : await this.#channels.find(sanction.channel);
      await this.#demand(by, sanction.kind, channel);
      await this.#demandOn(by, await this.#targets.of(sanction), channel);
    }
    return open;
  }

  /** Ends what still holds. Throws `not_found` when nothing does, `forbidden` over one’s own. */
  async lift(by: Actor, which: Lifted): Promise<readonly Sanction[]> {
    const lifted: Sanction[] = [];
    for (const { id } of await this.liftable(by, which)) {
      const sanction = await this.#store.lift({ id, by: by.key, at: this.#parts.clock.now() });
      if (sanction === null) continue;
      this.#parts.active.remove(sanction);
      this.#parts.audit.done(by, 'sanction.lift');
      this.#effects.lifted(sanction, by);
      lifted.push(sanction);
    }
    if (lifted.length === 0) throw new ChatError('not_found');
    return lifted;
  }

  /**
   * The whole ledger of somebody; one's own is everybody's to read, another's the staff's, who leave a row in the audit before they see
   * it. Throws `forbidden`, `not_found`.
   */
  async ledger(
    by: Actor,
    target: { readonly username?: string | undefined; readonly caller?: Named | undefined },
  ): Promise<readonly Sanction[]> {
    const isOwn = target.username === undefined ? target.caller !== undefined : fold(target.username) === fold(by.name);
    if (!isOwn) demand('sanction.read', by);
    const { accountId, guest } = await this.#targets.person(target);
    const subject = accountId === null ? `guest:${guest}` : accountKey(accountId);
    if (!isOwn) await this.#parts.audit.note(by, { action: 'sanction.read', subject });
    return this.#store.of(accountId === null ? { guest: guest ?? '' } : { accountId }, mostListed);
  }

  /** Everything that holds now, for the staff; the look leaves a row in the audit. */
  async inForce(by: Actor): Promise<readonly Sanction[]> {
    demand('sanction.read', by);
    await this.#parts.audit.note(by, { action: 'sanction.read', subject: 'server' });
    return this.#store.open(this.#parts.clock.now());
  }

  /** To somebody who has just come and has no word for notifications: what was imposed meanwhile, once. */
  async tellMissed({ person }: Named): Promise<void> {
    if (person.accountId === null) return;
    for (const { sanction, channel, by } of await this.#parts.store.notifications.takeSanctions(person.accountId)) {
      if (sanction === null || !isWorthTelling(sanction, this.#parts.clock.now())) continue;
      const event = { type: 'notice', ...imposedWording({ ...sanction, channel } as Sanction, by) } as const;
      this.#bus.publish({ to: { person: person.key }, event });
    }
  }

  async #open(by: Actor, which: Lifted): Promise<readonly Sanction[]> {
    const now = this.#parts.clock.now();
    const isOpen = (sanction: Sanction) =>
      sanction.liftedAt === null && holdOf(sanction) !== null && (sanction.until === null || sanction.until > now);
    if ('id' in which) {
      const sanction = await this.#store.find(which.id);
      if (sanction === null || !isOpen(sanction)) throw new ChatError('not_found');
      return [sanction];
    }
    const { accountId, guest } = await this.#targets.person(which);
    const channel = which.channel === undefined ? null : await this.#channels.visible({ person: by }, which.channel);
    const all = await this.#store.of(accountId === null ? { guest: guest ?? '' } : { accountId }, mostListed);
    const found = all.filter((one) => one.kind === which.kind && one.channelId === (channel?.id ?? null) && isOpen(one));
    if (found.length === 0) throw new ChatError('not_found');
    return found;
  }

  /** The permission that an act of this kind asks for here. */
  async #demand(by: Actor, kind: SanctionKind, channel: Channel | null): Promise<void> {
    if (channel === null) {
      demand(`member.${kind}`, by);
      return;
    }
    const role = await this.#channels.roleOf({ person: by }, channel);
    demand(`channel.${kind}`, { role: by.role, channel: { visibility: channel.visibility, role } });
  }

  async #demandOn(by: Actor, target: Target, channel: Channel | null): Promise<void> {
    const roleIn = async (accountId: number | null): Promise<MemberRole | null> =>
      channel === null || accountId === null ? null : ((await this.#parts.store.memberships.find(channel.id, accountId))?.role ?? null);
    const key = target.accountId === null ? (target.key ?? 'network') : accountKey(target.accountId);
    const hit = { key, role: target.role, channelRole: await roleIn(target.accountId) };
    if (!mayActOn(by, hit, await roleIn(by.accountId))) throw new ChatError('forbidden');
  }
}

/** Of what is over by now nobody needs to be told, but of a warning. */
function isWorthTelling({ kind, until }: NonNullable<Notification['sanction']>, now: number): boolean {
  return kind === 'warn' || kind === 'kick' || until === null || until > now;
}

function checkedReason(reason: string): string {
  const cleaned = cleanLine(reason);
  if (cleaned === '') throw new ChatError('invalid_field', { field: 'reason' });
  return cleaned;
}
