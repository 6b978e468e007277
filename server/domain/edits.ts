import type { Clock } from '../base/clock.ts';
import { cleanLine } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Revision, Store, StoredMessage } from '../store/store.ts';
import type { Admittance } from './admittance.ts';
import type { Audit } from './audit.ts';
import type { Automod } from './automod/automod.ts';
import { checkedContent } from './content.ts';
import { mentionsIn } from './mentions.ts';
import type { Named } from './people.ts';
import { demand } from './permissions.ts';
import type { Roster } from './presence.ts';
import { placeOf, type Reach } from './reach.ts';

export interface EditParts {
  readonly store: Pick<Store, 'edits'>;
  readonly reach: Reach;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly automod: Pick<Automod, 'isOn' | 'said'>;
  readonly contentBytes: number;
  readonly admittance: Admittance;
  readonly audit: Audit;
}

/** Messages that change after they were said (protocol.md §5): one's own, and for keepers of a channel those of others. */
export class Edits {
  readonly #parts: EditParts;

  constructor(parts: EditParts) {
    this.#parts = parts;
  }

  /** Says one's own message in other words. Throws `gone` when it is deleted. */
  async edit(caller: Named, id: number, said: string): Promise<{ message: StoredMessage; revision: number; at: number }> {
    const { store, reach, roster, clock, automod, contentBytes, admittance } = this.#parts;
    const { message, isOwn, channel, standing } = await reach.message(caller, id);
    admittance.speak(caller, channel?.id ?? null);
    if (!isOwn) throw new ChatError('forbidden');
    demand('message.edit_own', standing);
    if (channel?.archived === true) throw new ChatError('read_only');
    const content = checkedContent(said, contentBytes);
    const mentions = channel === null ? undefined : mentionsIn(content, { channel, standing, roster });
    const at = clock.now();
    const by = caller.person.name;
    const edited = await store.edits.edit({ message, content, by, at, mentions });
    if (edited === null) throw new ChatError('gone');
    reach.tell(caller, message, { type: 'edited', place: placeOf(message), from: message.username, content, at, ...edited });
    if (automod.isOn && channel !== null) automod.said(caller, channel, { text: content, at, isEdit: true });
    return { message, revision: edited.revision, at };
  }

  /** Takes back one's own message, or in a channel that one keeps somebody else's. */
  async delete(caller: Named, id: number, why: string | undefined): Promise<StoredMessage> {
    const { store, reach, clock, audit } = this.#parts;
    const reason = why === undefined ? undefined : cleanLine(why);
    const { message, isOwn, channel, standing } = await reach.message(caller, id);
    if (isOwn) demand('message.edit_own', standing);
    else if (channel === null) throw new ChatError('forbidden');
    else demand('message.delete_other', standing);
    const at = clock.now();
    const by = caller.person.name;
    const about = { action: 'message.delete', subject: `message:${id}`, detail: { author: message.author } } as const;
    const draft = isOwn ? undefined : audit.draft(caller.person, about);
    if (!(await store.edits.delete({ message, by, reason, at }, draft))) throw new ChatError('gone');
    if (!isOwn) audit.done(caller.person, 'message.delete');
    reach.tell(caller, message, { type: 'deleted', place: placeOf(message), by, reason, at });
    return message;
  }

  /** What a message of a channel said before, the oldest first. A look at somebody else's leaves a row in the audit before anything is seen. */
  async revisions(caller: Named, id: number): Promise<readonly Revision[]> {
    const { store, reach, audit } = this.#parts;
    const { message } = await reach.inChannel(caller, id, 'message.revisions');
    const { author } = message;
    const about = { action: 'message.revisions', subject: `message:${id}`, detail: { author } } as const;
    if (author !== caller.person.key) await audit.note(caller.person, about);
    return store.edits.revisions(id);
  }
}
