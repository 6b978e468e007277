import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import { cleanLine } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import { fold } from '../protocol/names.ts';
import type { Account, AuditDraft, Channel, ChannelChanges, NotifyLevel, Store } from '../store/store.ts';
import type { Audit, AuditAbout } from './audit.ts';
import type { Channels } from './channels.ts';
import { type Actor, accountKey, type Named } from './people.ts';

export interface ChannelCareParts {
  readonly store: Pick<Store, 'accounts' | 'channels' | 'memberships'>;
  readonly channels: Channels;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly audit: Audit;
}

/** Looking after channels: their settings, who may come in, who helps. Every method has been granted its permission. */
export class ChannelCare {
  readonly #parts: ChannelCareParts;

  constructor(parts: ChannelCareParts) {
    this.#parts = parts;
  }

  async update(by: Actor, channel: Channel, wanted: ChannelChanges): Promise<Channel> {
    const { store, channels } = this.#parts;
    const changes = wanted.topic === undefined ? wanted : { ...wanted, topic: cleanLine(wanted.topic) };
    if (Object.keys(changes).length === 0) return channel;
    // What a person wrote does not stand in the audit, from which nothing can be taken away.
    const { topic, ...settings } = changes;
    const detail = topic === undefined ? settings : { ...settings, topic: true };
    const changed = await store.channels.update(
      channel.id,
      changes,
      this.#draft(by, { action: 'channel.update', subject: channel.name, detail }),
    );
    this.#parts.audit.done(by, 'channel.update');
    channels.remember(changed);
    this.#tell(changed, by.name, worded(changes));
    return changed;
  }

  /** Lets an account into a private channel; it joins by itself. */
  async invite(person: Actor, channel: Channel, username: string): Promise<Account> {
    const { store, bus, clock } = this.#parts;
    const guest = await this.#account(username);
    if ((await store.memberships.find(channel.id, guest.id)) !== null) throw new ChatError('conflict');
    const at = clock.now();
    const draft = this.#draft(person, { action: 'channel.invite', subject: channel.name, detail: { member: accountKey(guest.id) } });
    const invitation = { channelId: channel.id, accountId: guest.id, by: person.key, name: person.name, at };
    const id = await store.memberships.invite(invitation, draft);
    if (id === null) return guest;
    this.#parts.audit.done(person, 'channel.invite');
    const event = { type: 'notification', kind: 'invitation', channel: channel.name, by: person.name, at } as const;
    bus.publish({ to: { person: accountKey(guest.id) }, event: { ...event, id } });
    return guest;
  }

  async grant(by: Actor, channel: Channel, { username, role }: { username: string; role: 'owner' | 'moderator' }): Promise<void> {
    const member = await this.#member(channel, username);
    const detail = { member: accountKey(member.id), role };
    const draft = this.#draft(by, { action: 'channel.grant', subject: channel.name, detail });
    await this.#parts.channels.setRole(channel, { accountId: member.id, role }, draft);
    this.#parts.audit.done(by, 'channel.grant');
    this.#tell(channel, by.name, { member: member.username, role });
  }

  /** Nobody takes the last owner's role, not even the owner. */
  async revoke(by: Actor, channel: Channel, username: string): Promise<void> {
    const { store, channels } = this.#parts;
    const member = await this.#member(channel, username);
    const owners = (await store.memberships.in(channel.id)).filter(({ role }) => role === 'owner');
    if (owners.length === 1 && owners[0]?.accountId === member.id) throw new ChatError('conflict', { text: 'last_owner' });
    const draft = this.#draft(by, { action: 'channel.revoke', subject: channel.name, detail: { member: accountKey(member.id) } });
    await channels.setRole(channel, { accountId: member.id, role: 'member' }, draft);
    this.#parts.audit.done(by, 'channel.revoke');
    this.#tell(channel, by.name, { member: member.username, role: 'member' });
  }

  /** Chooses what of a channel is told to the caller as a notification. */
  async setNotify({ person }: Named, channel: Channel, level: NotifyLevel): Promise<void> {
    const { memberships } = this.#parts.store;
    if (person.accountId === null || (await memberships.find(channel.id, person.accountId)) === null) throw new ChatError('not_member');
    await memberships.setNotify(channel.id, person.accountId, level);
  }

  #draft(by: Actor, about: AuditAbout): AuditDraft {
    return this.#parts.audit.draft(by, about);
  }

  async #account(username: string): Promise<Account> {
    const account = await this.#parts.store.accounts.find(fold(username));
    if (account === null) throw new ChatError('not_found');
    return account;
  }

  async #member(channel: Channel, username: string): Promise<Account> {
    const account = await this.#account(username);
    if ((await this.#parts.store.memberships.find(channel.id, account.id)) === null) throw new ChatError('not_member');
    return account;
  }

  #tell(channel: Channel, by: string, changes: Readonly<Record<string, unknown>>): void {
    this.#parts.bus.publish({ to: { channel: channel.id }, event: { type: 'channel', channel: channel.name, by, changes } });
  }
}

/** Changed settings in the words of the wire. */
function worded({ topic, readOnly, slowModeS, archived, retentionDays }: ChannelChanges): Readonly<Record<string, unknown>> {
  return { topic, read_only: readOnly, slow_mode_s: slowModeS, archived, retention_days: retentionDays };
}
