import type { Database } from 'better-sqlite3';
import type { AuditDraft } from '../moderation.ts';
import { accountCareWrites } from './account-care.ts';
import { accountWrites } from './accounts.ts';
import { auditWrites } from './audit.ts';
import { channelWrites } from './channels.ts';
import { classWrites } from './classes.ts';
import type { Counters } from './counters.ts';
import { editWrites } from './edits.ts';
import { keyWrites } from './keys.ts';
import { membershipWrites } from './memberships.ts';
import { messageWrites } from './messages.ts';
import { metricsWrites } from './metrics.ts';
import { notificationWrites } from './notifications.ts';
import { pinWrites } from './pins.ts';
import { reactionWrites } from './reactions.ts';
import { type Reads, readWrites } from './reads.ts';
import { reportWrites } from './reports.ts';
import { retentionWrites } from './retention.ts';
import { sanctionWrites } from './sanctions.ts';
import { sessionWrites } from './sessions.ts';
import { tokenWrites } from './tokens.ts';
import { totpWrites } from './totp.ts';

/** Everything that can be written, by its name; each is one statement or a few, inside the transaction of a batch. */
export function writesOf(db: Database, { counters, reads }: { readonly counters: Counters; readonly reads: Reads }) {
  return {
    ...accountWrites(db),
    ...accountCareWrites(db),
    ...classWrites(db),
    ...keyWrites(db),
    ...channelWrites(db),
    ...membershipWrites(db, counters),
    ...messageWrites(db, counters, reads),
    ...editWrites(db),
    ...reactionWrites(db),
    ...pinWrites(db),
    ...readWrites(db, counters),
    ...notificationWrites(db),
    ...metricsWrites(db),
    ...retentionWrites(db),
    ...sanctionWrites(db),
    ...reportWrites(db),
    ...sessionWrites(db),
    ...tokenWrites(db),
    ...totpWrites(db),
    ...auditWrites(db),
  };
}

export type Writes = ReturnType<typeof writesOf>;
export type WriteName = keyof Writes;
export type WriteArgument<N extends WriteName> = Parameters<Writes[N]>[0];
export type WriteResult<N extends WriteName> = ReturnType<Writes[N]>;
/** One write for the writer thread. */
export type Write = {
  readonly [N in WriteName]: { readonly name: N; readonly argument: WriteArgument<N>; readonly audit?: AuditDraft | undefined };
}[WriteName];
