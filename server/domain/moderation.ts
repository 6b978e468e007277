import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import type { SanctionKind } from '../protocol/moderation.ts';
import type { Store } from '../store/store.ts';
import type { ActiveSanctions } from './active-sanctions.ts';
import type { Admittance } from './admittance.ts';
import type { Audit } from './audit.ts';
import { Blocks } from './blocks.ts';
import type { Channels } from './channels.ts';
import { Emergency } from './emergency.ts';
import type { Actor, Caller } from './people.ts';
import type { Roster } from './presence.ts';
import type { Reach } from './reach.ts';
import { Reports } from './reports.ts';
import { Roles } from './roles.ts';
import { Sanctions } from './sanctions.ts';

/** What keeping order works with. Without a running server: an empty roster, nobody present, a bus that nobody hears. */
export interface ModerationParts {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly channels: Channels;
  readonly reach: Reach;
  readonly active: ActiveSanctions;
  readonly admittance: Admittance;
  readonly audit: Audit;
  /** Every connection that is here, named or not. */
  readonly present: () => Iterable<Caller>;
  /** Networks as a question. Throws RangeError for what is none. */
  readonly networkSet: (networks: readonly string[]) => (address: string) => boolean;
  /** A sanction is stored; counted and logged by whoever composed this. */
  readonly onSanction: (kind: SanctionKind, by: Actor) => void;
}

/** Keeping order: sanctions, reports, personal blocks, roles, the emergency level. */
export interface Moderation {
  readonly sanctions: Sanctions;
  readonly reports: Reports;
  readonly blocks: Blocks;
  readonly roles: Roles;
  readonly emergency: Emergency;
  readonly admittance: Admittance;
  readonly audit: Audit;
}

/** Puts it together, with what is in force read from the store. */
export async function openModeration(parts: ModerationParts): Promise<Moderation> {
  const sanctions = new Sanctions(parts);
  const emergency = new Emergency(parts);
  const blocks = new Blocks(parts);
  const reports = new Reports(parts);
  await Promise.all([sanctions.load(), emergency.load(), blocks.load(), reports.load()]);
  const { admittance, audit } = parts;
  return { sanctions, emergency, blocks, admittance, audit, reports, roles: new Roles(parts) };
}
