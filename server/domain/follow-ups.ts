import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import type { Store } from '../store/store.ts';
import type { Admittance } from './admittance.ts';
import type { Audit } from './audit.ts';
import type { Automod } from './automod/automod.ts';
import type { Blocks } from './blocks.ts';
import type { Channels } from './channels.ts';
import { Edits } from './edits.ts';
import { Notifications } from './notifications.ts';
import { Pins } from './pins.ts';
import type { Roster } from './presence.ts';
import type { Reach } from './reach.ts';
import { Reactions } from './reactions.ts';
import { Reads } from './reads.ts';
import { Typing } from './typing.ts';

/** All that can become of a message before and after it was said. */
export interface FollowUps {
  readonly edits: Edits;
  readonly reactions: Reactions;
  readonly pins: Pins;
  readonly reads: Reads;
  readonly typing: Typing;
  readonly notifications: Notifications;
}

export function followUps(parts: {
  store: Store;
  channels: Channels;
  bus: Bus;
  roster: Roster;
  clock: Clock;
  automod: Pick<Automod, 'isOn' | 'said'>;
  contentBytes: number;
  shortcodes: readonly string[];
  reach: Reach;
  admittance: Admittance;
  audit: Audit;
  blocks: Blocks;
}): FollowUps {
  return {
    edits: new Edits(parts),
    reactions: new Reactions(parts),
    pins: new Pins(parts),
    reads: new Reads(parts),
    typing: new Typing(parts),
    notifications: new Notifications(parts.store),
  };
}
