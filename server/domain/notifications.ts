import { ChatError } from '../protocol/errors.ts';
import type { Conversation, Notification, Store } from '../store/store.ts';
import type { Named } from './people.ts';

/** So many of the newest are listed. */
const most = 500;

export interface Missed {
  readonly notifications: readonly Notification[];
  /** Private conversations with something unread. */
  readonly conversations: readonly Conversation[];
  /** Channels of which one wants to be told everything. */
  readonly channels: readonly { readonly channel: string; readonly unread: number }[];
}

/** What an account missed. Notifications are made where their cause is stored: by a message that mentions, by an invitation. */
export class Notifications {
  readonly #store: Pick<Store, 'notifications' | 'history'>;

  constructor(store: Pick<Store, 'notifications' | 'history'>) {
    this.#store = store;
  }

  /** What is unseen, after marking all up to `seen` as seen. */
  async list({ person: { accountId } }: Named, seen: number | undefined): Promise<Missed> {
    const { notifications, history } = this.#store;
    if (accountId === null) throw new ChatError('forbidden');
    if (seen !== undefined) await notifications.seen(accountId, seen);
    const conversations = await history.conversations(accountId);
    return {
      notifications: await notifications.unseen(accountId, most),
      conversations: conversations.filter(({ unread }) => unread > 0),
      channels: await notifications.unreadChannels(accountId),
    };
  }
}
