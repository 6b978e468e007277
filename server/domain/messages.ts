import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import { cleanTags } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf } from '../protocol/index.ts';
import type { PrivateMessageEvent } from '../protocol/messages.ts';
import { fold } from '../protocol/names.ts';
import type { Appended, Channel, Extras, PersonKey, Stamp, Store } from '../store/store.ts';
import type { Admittance } from './admittance.ts';
import type { Audit, AuditAbout } from './audit.ts';
import type { Automod } from './automod/automod.ts';
import type { Blocks } from './blocks.ts';
import { checkedContent } from './content.ts';
import type { Mailbox } from './mailbox.ts';
import { mentionsIn } from './mentions.ts';
import { accountIdOf, accountKey, type Named, type Person } from './people.ts';
import { may, type Standing } from './permissions.ts';
import type { Roster } from './presence.ts';
import type { SlowMode } from './slow-mode.ts';

export interface MessageParts {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly mailbox: Mailbox;
  readonly slowMode: SlowMode;
  readonly admittance: Admittance;
  readonly audit: Audit;
  readonly blocks: Pick<Blocks, 'isBlocked'>;
  readonly automod: Pick<Automod, 'isOn' | 'said'>;
  /** UTF-8 bytes of a message's content; 0: only the line limit holds. */
  readonly contentBytes: number;
}

type Said = RequestOf<'message'>;
interface Recipient {
  readonly key: PersonKey;
  readonly name: string;
  readonly isAccount: boolean;
}

/** Where something is said; `standing` null: nothing about the message depends on it. */
export interface Place {
  readonly channel: Channel;
  readonly standing: Standing | null;
}
/** What the author is told. */
type Acknowledged = Stamp & { readonly isDuplicate: boolean };

/** Messages: stored first, told second. Nothing is published before the store has it on the disk. */
export class Messages {
  readonly #parts: MessageParts;

  constructor(parts: MessageParts) {
    this.#parts = parts;
  }

  /** Says something in a channel of which the caller is a member. Throws `slow_mode`, and `not_found` for an answer to nothing there. */
  async post(caller: Named, { channel, standing }: Place, said: Said): Promise<Acknowledged> {
    const { store, clock, roster, admittance, audit, automod } = this.#parts;
    admittance.speak(caller, channel.id);
    const content = checkedContent(said.content, this.#parts.contentBytes);
    const { key, name } = caller.person;
    const giveBack = this.#slow(channel, { person: caller.person, standing });
    const mentions = mentionsIn(content, { channel, standing, roster });
    const privilege = privilegeOf(channel, mentions);
    const draft = {
      channelId: channel.id,
      channel: channel.name,
      author: key,
      username: name,
      content,
      at: clock.now(),
      nonce: said.nonce,
      extras: extrasOf(said, mentions),
    };
    let isSaid = false;
    try {
      // One await for every message, of whatever kind: what was stored in order is told in order.
      const stored = await store.messages.appendToChannel(draft, privilege && audit.draft(caller.person, privilege));
      if (stored === null) throw new ChatError('not_found');
      isSaid = !stored.isDuplicate;
      if (isSaid && privilege !== undefined) audit.done(caller.person, privilege.action);
      if (isSaid) this.#tellChannel(caller, { channel, content, stored }, said);
      const { id, seq, at, isDuplicate } = stored;
      if (automod.isOn && isSaid) automod.said(caller, channel, { text: content, at });
      return { id, seq, at, isDuplicate };
    } finally {
      if (!isSaid) giveBack?.();
    }
  }

  /** Says something to one person. Throws `not_found` when nobody has that name. */
  async tell(caller: Named, to: string, said: Said): Promise<Acknowledged> {
    const { store, bus, clock, roster, mailbox, admittance, blocks } = this.#parts;
    admittance.speak(caller, null);
    const content = checkedContent(said.content, this.#parts.contentBytes);
    const sender = caller.person;
    const recipient = this.#present(to) ?? (await this.#absent(to));
    if (blocks.isBlocked(recipient.key, sender)) throw new ChatError('forbidden', { text: 'blocked_by' });
    const isWaiting = recipient.isAccount && mailbox.mustWait(recipient.key);
    const draft = {
      author: sender.key,
      username: sender.name,
      recipient: recipient.key,
      to: recipient.name,
      content,
      at: clock.now(),
      nonce: said.nonce,
      isWaiting,
      extras: extrasOf(said, undefined),
    };
    const stored = await store.messages.appendPrivate(draft);
    if (stored === null) throw new ChatError('not_found');
    if (stored.isDuplicate) return stored;
    const event: PrivateMessageEvent = {
      type: 'message',
      subtype: 'private',
      to: recipient.name,
      id: stored.id,
      seq: stored.seq,
      at: stored.at,
      from: sender.name,
      fromId: sender.accountId ?? undefined,
      toId: accountIdOf(recipient.key),
      content,
      replyTo: said.reply_to,
      tags: cleanTags(said.tags),
      legacy: said.legacy,
    };
    if (recipient.isAccount) mailbox.stored(recipient.key, event, isWaiting);
    else if (roster.byKey(recipient.key) !== undefined) bus.publish({ to: { person: recipient.key }, event });
    if (sender.key !== recipient.key) bus.publish({ to: { copiesOf: sender.key }, event, except: caller.sessionId });
    return stored;
  }

  /** The message to everybody in the channel; then to each whom it mentions that it does. */
  #tellChannel(caller: Named, { channel, content, stored }: { channel: Channel; content: string; stored: Appended }, said: Said): void {
    const { bus } = this.#parts;
    const { id, seq, at } = stored;
    const from = caller.person.name;
    bus.publish({
      to: { channel: channel.id },
      event: {
        type: 'message',
        subtype: 'global',
        channel: channel.name,
        isChannelNamed: said.channel !== undefined,
        id,
        seq,
        at,
        from,
        fromId: caller.person.accountId ?? undefined,
        content,
        mentions: stored.mentions,
        replyTo: said.reply_to,
        tags: cleanTags(said.tags),
        legacy: said.legacy,
      },
      except: caller.sessionId,
    });
    if (stored.notified === undefined) return;
    const mention = { type: 'notification', kind: 'mention', channel: channel.name, by: from, messageId: id, seq, at } as const;
    for (const one of stored.notified) bus.publish({ to: { person: accountKey(one.accountId) }, event: { ...mention, id: one.id } });
  }

  /** In slow mode everybody but the keepers of the channel waits. Null: nothing to give back. */
  #slow(channel: Channel, { person, standing }: { person: Person; standing: Standing | null }): (() => void) | null {
    if (channel.slowModeS === 0 || (standing !== null && may('channel.slow_mode', standing))) return null;
    return this.#parts.slowMode.take(channel, person);
  }

  #present(to: string): Recipient | undefined {
    const present = this.#parts.roster.byFold(fold(to))?.person;
    return present && { key: present.key, name: present.name, isAccount: present.accountId !== null };
  }

  async #absent(to: string): Promise<Recipient> {
    const account = await this.#parts.store.accounts.find(fold(to));
    if (account === null) throw new ChatError('not_found');
    return { key: accountKey(account.id), name: account.username, isAccount: true };
  }
}

/** What the audit says of a message that not everybody could have written; undefined: nothing. Whoever got here may. */
function privilegeOf({ name, readOnly }: Channel, mentions: Extras['mentions']): AuditAbout | undefined {
  const isToAll = mentions?.isAll === true;
  if (!readOnly && !isToAll) return undefined;
  const action = readOnly ? 'message.post_read_only' : 'message.mention_all';
  return { action, subject: name, detail: { channel: name, ...(isToAll ? { all: true } : {}) } };
}

function extrasOf({ reply_to, tags }: Said, mentions: Extras['mentions']): Extras | undefined {
  if (reply_to === undefined && tags === undefined && mentions === undefined) return undefined;
  return { replyTo: reply_to, tags: tags === undefined ? undefined : JSON.stringify(cleanTags(tags)), mentions };
}
