import type { Clock } from '../base/clock.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf } from '../protocol/index.ts';
import { fold } from '../protocol/names.ts';
import type { Account, Conversation, HistoryPage, HistoryQuery, HistorySource, SearchPage, SearchQuery, Store } from '../store/store.ts';
import type { Channels } from './channels.ts';
import { accountKey, type Named } from './people.ts';

type Asked = RequestOf<'history'>;

/** How long a line of a page may be, and all of them together: whoever reads its page is not taken for a slow reader. */
export type PageSizes = Pick<HistoryQuery, 'chunkBytes' | 'pageBytes'>;

/** What was said before, for whoever may read it. */
export class History {
  readonly #store: Pick<Store, 'accounts' | 'history'>;
  readonly #channels: Channels;
  readonly #clock: Clock;
  readonly #sizes: PageSizes;

  constructor(parts: { store: Pick<Store, 'accounts' | 'history'>; channels: Channels; clock: Clock; sizes: PageSizes }) {
    this.#store = parts.store;
    this.#channels = parts.channels;
    this.#clock = parts.clock;
    this.#sizes = parts.sizes;
  }

  /** A page of a channel or of one of the caller's own private conversations. Throws `not_found`, `invalid_field`. */
  async page(caller: Named, asked: Asked, hasAuthorIds = false): Promise<{ source: HistorySource; page: HistoryPage }> {
    const cursor = cursorOf(asked);
    const isPrivate = asked.with !== undefined || asked.withId !== undefined;
    const source = isPrivate ? await this.#conversation(caller, asked) : await this.#channel(caller, asked.channel);
    const query = { source, cursor, limit: asked.limit, hasAuthorIds, ...this.#sizes };
    return { source, page: await this.#store.history.page(query) };
  }

  async conversations({ person }: Named): Promise<readonly Conversation[]> {
    if (person.accountId === null) return [];
    return this.#store.history.conversations(person.accountId);
  }

  /** Messages that hold every word of a query, among all that the caller may read, or in one channel. Throws `invalid_field`, `not_found`, `not_member`. */
  async search(caller: Named, asked: RequestOf<'search'>): Promise<SearchPage> {
    if (!/[\p{L}\p{N}]/u.test(asked.query)) throw new ChatError('invalid_field', { field: 'query' });
    const channel = asked.channel === undefined ? null : await this.#channels.readable(caller, asked.channel);
    return this.#store.history.search({
      text: asked.query,
      account: caller.person.accountId,
      channelId: channel?.id ?? null,
      author: asked.from === undefined ? null : await this.#author(asked.from),
      since: utc(asked.since),
      until: utc(asked.until),
      at: this.#clock.now(),
      limit: asked.limit,
      ...this.#sizes,
    });
  }

  /** Guests have nothing but their name. */
  async #author(name: string): Promise<SearchQuery['author']> {
    const account = await this.#store.accounts.find(fold(name));
    return account === null ? { kind: 'name', name } : { kind: 'account', id: account.id };
  }

  async #channel(caller: Named, name: string | undefined): Promise<HistorySource> {
    if (name === undefined) throw new ChatError('invalid_field', { field: 'channel' });
    const channel = await this.#channels.readable(caller, name);
    return { kind: 'channel', id: channel.id, name: channel.name };
  }

  async #conversation({ person }: Named, asked: Asked): Promise<HistorySource> {
    if (asked.channel !== undefined) throw new ChatError('invalid_field', { field: 'with' });
    const other = person.accountId === null ? null : await this.#other(asked);
    const id = other === null ? null : await this.#store.history.conversation(person.key, accountKey(other.id));
    if (other === null || id === null) throw new ChatError('not_found');
    return { kind: 'conversation', id, name: other.username };
  }

  #other({ with: name = '', withId }: Asked): Promise<Account | null> {
    return withId === undefined ? this.#store.accounts.find(fold(name)) : this.#store.accounts.byId(withId);
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
