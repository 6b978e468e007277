import type { Actor } from '../domain/people.ts';
import type { Lifted } from '../domain/sanctions.ts';
import { ChatError } from '../protocol/errors.ts';
import { typedSeconds } from '../protocol/typed-time.ts';
import type { Sanction, SanctionKind } from '../store/store.ts';
import type { OperatorParts, Plan } from './verb.ts';

/** A sanction as it was typed. */
export interface Aimed {
  readonly kind: SanctionKind;
  readonly username?: string | undefined;
  readonly address?: string | undefined;
  readonly reason: string;
  readonly channel?: string | undefined;
  readonly for?: string | undefined;
}

/** A sanction: whom it hits is looked up first, so that a dry run says no to what would be refused. */
export async function impose(parts: OperatorParts, wanted: Aimed, by: Actor): Promise<Plan> {
  const { moderation, clock } = parts;
  if (wanted.username === undefined && wanted.address === undefined) throw new ChatError('invalid_field', { field: 'username' });
  const durationMs = wanted.for === undefined ? undefined : (typedSeconds(wanted.for) ?? 0) * 1000;
  const { kind, reason: because, username, address, channel } = wanted;
  const asked = { kind, by, target: { username, address }, reason: because, durationMs, channel };
  const found = await moderation.sanctions.check(asked);
  const planned = {
    kind,
    username: found.target.name,
    address: found.target.network,
    channel: found.channel?.name ?? null,
    reason: found.reason,
    until: durationMs === undefined ? null : new Date(clock.now() + durationMs).toISOString(),
  };
  return { data: planned, apply: async () => factsOf(await moderation.sanctions.impose(asked), clock.now()) };
}

/** Which sanctions are meant: one by its number, or those of a kind that somebody has. */
export function whichOf({
  id,
  username,
  kind,
  channel,
}: { [F in 'username' | 'channel']?: string | undefined } & {
  readonly id?: number | undefined;
  readonly kind?: 'mute' | 'ban' | 'kick' | undefined;
}): Lifted {
  if (id !== undefined) {
    if (username !== undefined) throw new ChatError('invalid_field', { field: 'username' });
    return { id };
  }
  if (username === undefined) throw new ChatError('invalid_field', { field: 'id' });
  if (kind === undefined) throw new ChatError('invalid_field', { field: 'kind' });
  return { username, kind, channel };
}

/** A row of the ledger. */
export function factsOf(
  { id, kind, username: name, network, channel: place, reason: because, by, at, until, liftedBy }: Sanction,
  now: number,
) {
  return {
    id,
    kind,
    username: name,
    address: network,
    channel: place,
    reason: because,
    by,
    at: new Date(at).toISOString(),
    until: until === null ? null : new Date(until).toISOString(),
    lifted_by: liftedBy,
    active: isActive({ kind, until, liftedBy }, now),
  };
}

/** Whether it still holds. */
export function isActive({ kind, until, liftedBy }: Pick<Sanction, 'kind' | 'until' | 'liftedBy'>, now: number): boolean {
  const lasts = kind === 'mute' || kind === 'ban' || until !== null;
  return lasts && liftedBy === null && (until === null || until > now);
}
