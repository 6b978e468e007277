import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import { cleanTags, cleanText } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf } from '../protocol/index.ts';
import type { PrivateMessageEvent } from '../protocol/messages.ts';
import { fold } from '../protocol/names.ts';
import type { Appended, Channel, PersonKey, Store } from '../store/store.ts';
import type { Mailbox } from './mailbox.ts';
import { accountKey, type Caller, type Person } from './people.ts';
import type { Roster } from './presence.ts';

export interface MessageParts {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly mailbox: Mailbox;
  /** UTF-8 bytes of a message's content; 0: only the line limit holds. */
  readonly contentBytes: number;
}

type Said = RequestOf<'message'>;
interface Recipient {
  readonly key: PersonKey;
  readonly name: string;
  readonly isAccount: boolean;
}

/** Messages: stored first, told second. Nothing is published before the store has it on the disk. */
export class Messages {
  readonly #parts: MessageParts;

  constructor(parts: MessageParts) {
    this.#parts = parts;
  }

  /** Says something in a channel of which the caller is a member. */
  async post(caller: Caller & { person: Person }, channel: Channel, said: Said): Promise<Appended> {
    const { store, bus, clock } = this.#parts;
    const content = this.#clean(said.content);
    const { key, name } = caller.person;
    const draft = {
      channelId: channel.id,
      channel: channel.name,
      author: key,
      username: name,
      content,
      at: clock.now(),
      nonce: said.nonce,
    };
    const stored = await store.messages.appendToChannel(draft);
    if (stored.isDuplicate) return stored;
    bus.publish({
      to: { channel: channel.id },
      event: {
        type: 'message',
        subtype: 'global',
        channel: channel.name,
        isChannelNamed: said.channel !== undefined,
        id: stored.id,
        seq: stored.seq,
        at: stored.at,
        from: name,
        content,
        replyTo: said.reply_to,
        tags: cleanTags(said.tags),
        legacy: said.legacy,
      },
      except: caller.sessionId,
    });
    return stored;
  }

  /** Says something to one person. Throws `not_found` when nobody has that name. */
  async tell(caller: Caller & { person: Person }, to: string, said: Said): Promise<Appended> {
    const { store, bus, clock, roster, mailbox } = this.#parts;
    const content = this.#clean(said.content);
    const sender = caller.person;
    const recipient = this.#present(to) ?? (await this.#absent(to));
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
    };
    const stored = await store.messages.appendPrivate(draft);
    if (stored.isDuplicate) return stored;
    const event: PrivateMessageEvent = {
      type: 'message',
      subtype: 'private',
      to: recipient.name,
      id: stored.id,
      seq: stored.seq,
      at: stored.at,
      from: sender.name,
      content,
      replyTo: said.reply_to,
      tags: cleanTags(said.tags),
      legacy: said.legacy,
    };
    if (isWaiting) mailbox.stored(recipient.key);
    else if (roster.byKey(recipient.key) !== undefined) bus.publish({ to: { person: recipient.key }, event });
    else if (recipient.isAccount) mailbox.missed(recipient.key, stored.id);
    if (sender.key !== recipient.key) bus.publish({ to: { copiesOf: sender.key }, event, except: caller.sessionId });
    return stored;
  }

  #clean(content: string): string {
    const { contentBytes } = this.#parts;
    const cleaned = cleanText(content);
    if (contentBytes > 0 && cleaned.length * 3 > contentBytes && Buffer.byteLength(cleaned) > contentBytes) {
      throw new ChatError('too_large', { params: { limit: contentBytes } });
    }
    return cleaned;
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
