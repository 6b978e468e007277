/** Which conversation a page is read from; `name` is how the messages name it: the channel, or the other person. */
export interface HistorySource {
  readonly kind: 'channel' | 'conversation';
  readonly id: number;
  readonly name: string;
}

export interface HistoryQuery {
  readonly source: HistorySource;
  /** By `seq`, or by time (ISO 8601, UTC, ms); empty: the latest. */
  readonly cursor:
    | { readonly before: number }
    | { readonly after: number }
    | { readonly around: number }
    | { readonly since: string }
    | { readonly until: string }
    | Readonly<Record<string, never>>;
  readonly limit: number;
  /** Each message names the account of its author, too: `from_id`, 0 for none. */
  readonly hasAuthorIds?: boolean;
  /** About how long one chunk may be. */
  readonly chunkBytes: number;
  /** About how long a page may be, whatever `limit` says; one message it always has. */
  readonly pageBytes: number;
}

/** A page, ascending. Each chunk is the JSON text of an array of messages; the last may be empty. */
export interface HistoryPage {
  readonly chunks: readonly string[];
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  /** There is nothing more in the direction asked for. */
  readonly isComplete: boolean;
}

export interface SearchQuery {
  /** As typed. */
  readonly text: string;
  /** Who asks, and may read what it may read; null: a guest, who reads public channels. */
  readonly account: number | null;
  /** Null: everywhere. The caller has made sure that the asker may read it. */
  readonly channelId: number | null;
  readonly author: { readonly kind: 'account'; readonly id: number } | { readonly kind: 'name'; readonly name: string } | null;
  /** ISO 8601, UTC, ms; `until` is not included. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** When it is asked, Unix ms: what was said long before that and is not in the index yet makes the page incomplete. */
  readonly at: number;
  readonly limit: number;
  readonly chunkBytes: number;
  readonly pageBytes: number;
}

/** What was found, best first; chunks as in `HistoryPage`. `isComplete`: this is all that there is. */
export type SearchPage = Pick<HistoryPage, 'chunks' | 'isComplete'>;
