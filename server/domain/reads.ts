import type { Bus } from '../bus/bus.ts';
import { ChatError } from '../protocol/errors.ts';
import { fold } from '../protocol/names.ts';
import type { Store } from '../store/store.ts';
import { accountKey, type Named } from './people.ts';
import type { Reach } from './reach.ts';

export interface ReadParts {
  readonly store: Pick<Store, 'accounts' | 'history' | 'reads'>;
  readonly reach: Reach;
  readonly bus: Bus;
}

/** How far an account has read its conversations; unread and mention counts follow from it. Guests have no read positions. */
export class Reads {
  readonly #parts: ReadParts;

  constructor(parts: ReadParts) {
    this.#parts = parts;
  }

  /** Returns the position reached: never back, never past the last message. */
  async channel(caller: Named, name: string, seq: number): Promise<{ channel: string; seq: number }> {
    const { store, reach } = this.#parts;
    const accountId = accountOf(caller);
    const { channel } = await reach.channel(caller, name);
    const read = { channel: channel.name, seq: await store.reads.channel({ accountId, channelId: channel.id, seq }) };
    this.#tellOthers(caller, read);
    return read;
  }

  async conversation(caller: Named, name: string, seq: number): Promise<{ with: string; seq: number }> {
    const { store } = this.#parts;
    const accountId = accountOf(caller);
    const other = await store.accounts.find(fold(name));
    const conversationId = other && (await store.history.conversation(caller.person.key, accountKey(other.id)));
    if (other === null || conversationId === null) throw new ChatError('not_found');
    const read = { with: other.username, seq: await store.reads.conversation({ accountId, conversationId, seq }) };
    this.#tellOthers(caller, read);
    return read;
  }

  #tellOthers({ person, sessionId }: Named, read: { channel: string; seq: number } | { with: string; seq: number }): void {
    this.#parts.bus.publish({ to: { copiesOf: person.key }, event: { type: 'read', ...read }, except: sessionId });
  }
}

function accountOf({ person }: Named): number {
  if (person.accountId === null) throw new ChatError('forbidden');
  return person.accountId;
}
