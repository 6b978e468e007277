import { ChatError } from '../protocol/errors.ts';
import type { RequestOf } from '../protocol/index.ts';
import { fold } from '../protocol/names.ts';
import type { Conversation, HistoryPage, HistoryQuery, HistorySource, Store } from '../store/store.ts';
import type { Channels } from './channels.ts';
import { accountKey, type Named } from './people.ts';

type Asked = RequestOf<'history'>;

/** What was said before, for whoever may read it. */
export class History {
  readonly #store: Pick<Store, 'accounts' | 'history'>;
  readonly #channels: Channels;
  readonly #chunkBytes: number;

  constructor(parts: { store: Pick<Store, 'accounts' | 'history'>; channels: Channels; chunkBytes: number }) {
    this.#store = parts.store;
    this.#channels = parts.channels;
    this.#chunkBytes = parts.chunkBytes;
  }

  /** A page of a channel or of one of the caller's own private conversations. Throws `not_found`, `invalid_field`. */
  async page(caller: Named, asked: Asked): Promise<{ source: HistorySource; page: HistoryPage }> {
    const cursor = cursorOf(asked);
    const source = asked.with === undefined ? await this.#channel(caller, asked.channel) : await this.#conversation(caller, asked);
    return { source, page: await this.#store.history.page({ source, cursor, limit: asked.limit, chunkBytes: this.#chunkBytes }) };
  }

  async conversations({ person }: Named): Promise<readonly Conversation[]> {
    if (person.accountId === null) return [];
    return this.#store.history.conversations(person.accountId);
  }

  async #channel(caller: Named, name: string | undefined): Promise<HistorySource> {
    if (name === undefined) throw new ChatError('invalid_field', { field: 'channel' });
    const channel = await this.#channels.visible(caller, name);
    if (channel.visibility === 'private' && (await this.#channels.roleOf(caller, channel)) === null) throw new ChatError('not_member');
    return { kind: 'channel', id: channel.id, name: channel.name };
  }

  async #conversation({ person }: Named, asked: Asked): Promise<HistorySource> {
    if (asked.channel !== undefined) throw new ChatError('invalid_field', { field: 'with' });
    const other = person.accountId === null ? null : await this.#store.accounts.find(fold(asked.with ?? ''));
    const id = other === null ? null : await this.#store.history.conversation(person.key, accountKey(other.id));
    if (other === null || id === null) throw new ChatError('not_found');
    return { kind: 'conversation', id, name: other.username };
  }
}

/** At most one cursor. */
function cursorOf(asked: Asked): HistoryQuery['cursor'] {
  const { before, after, around, since, until } = asked;
  const given = Object.entries({ before, after, around, since: utc(since), until: utc(until) }).filter(([, value]) => value !== undefined);
  if (given.length > 1) throw new ChatError('invalid_field', { field: given[1]?.[0] ?? 'before' });
  return Object.fromEntries(given) as HistoryQuery['cursor'];
}

function utc(time: string | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
