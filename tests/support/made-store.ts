import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ChatError } from '../../server/protocol/errors.ts';
import type { Appended, ChannelDraft, PrivateDraft, Store } from '../../server/store/store.ts';

export interface StoreOptions {
  /** Bounds of the write queue. */
  readonly writes?: number;
  readonly bytes?: number;
}

/** An empty store, and a way to come back to what it holds. */
export interface MadeStore {
  readonly store: Store;
  /** Closes the store and opens it again. */
  reopen(): Promise<Store>;
}

export type MakeStore = (t: TestContext, options?: StoreOptions) => Promise<MadeStore>;

/** When the tests of the store play. */
export const start = Date.UTC(2026, 8, 1, 8);

/** What somebody says in #general. */
export async function general(store: Store): Promise<(content: string, more?: Partial<ChannelDraft>) => Promise<Appended>> {
  const channel = await store.channels.find('general');
  assert.ok(channel !== null, 'a new store has the default channel');
  const place = { channelId: channel.id, channel: channel.name };
  return async (content, more) =>
    stored(await store.messages.appendToChannel({ ...place, username: 'alice', author: 'u1', content, at: start, ...more }));
}

/** What alice says to bob. */
export async function privately(store: Store, content: string, more: Partial<PrivateDraft> = {}): Promise<Appended> {
  const who = { username: 'alice', author: 'u1', to: 'bob', recipient: 'u2' };
  return stored(await store.messages.appendPrivate({ ...who, content, at: start, isWaiting: false, ...more }));
}

/** What the store says of a message that answers nothing: it is never refused. */
function stored(appended: Appended | null): Appended {
  assert.ok(appended !== null, 'refused as the answer to a message that is not there');
  return appended;
}

/** `ok`, or the code of the refusal. */
export function outcome(result: PromiseSettledResult<unknown>): string {
  if (result.status === 'fulfilled') return 'ok';
  return result.reason instanceof ChatError ? result.reason.code : String(result.reason);
}

export const contents = (messages: readonly { readonly content: string }[]) => messages.map(({ content }) => content);
