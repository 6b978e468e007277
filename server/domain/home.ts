import { ChatError } from '../protocol/errors.ts';
import { defaultChannel } from '../protocol/names.ts';
import type { Account } from '../store/store.ts';
import type { Channels } from './channels.ts';
import { accountKey } from './people.ts';

/**
 * Makes an account a member of the default channel, which every account hears: from its first login on, what it has not read
 * there counts, `@all` is meant for it, and it is listed. While nothing can be stored it gets in all the same, and is made one next time.
 */
export async function settle(
  channels: Pick<Channels, 'find' | 'roleOf' | 'setRole'>,
  { id, username, role }: Pick<Account, 'id' | 'username' | 'role'>,
): Promise<void> {
  const channel = await channels.find(defaultChannel);
  if (channel === null) return;
  const person = { key: accountKey(id), name: username, role, accountId: id };
  if ((await channels.roleOf({ person }, channel)) !== null) return;
  await channels.setRole(channel, { accountId: id, role: 'member' }).catch((error: unknown) => {
    if (ChatError.from(error).code !== 'storage_unavailable') throw error;
  });
}
