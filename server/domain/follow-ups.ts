import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import type { Store } from '../store/store.ts';
import type { Channels } from './channels.ts';
import { Edits } from './edits.ts';
import { Notifications } from './notifications.ts';
import { Pins } from './pins.ts';
import type { Roster } from './presence.ts';
import { Reach } from './reach.ts';
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
  contentBytes: number;
  shortcodes: readonly string[];
}): FollowUps {
  const reach = new Reach(parts);
  const shared = { ...parts, reach };
  return {
    edits: new Edits(shared),
    reactions: new Reactions(shared),
    pins: new Pins(shared),
    reads: new Reads(shared),
    typing: new Typing(parts),
    notifications: new Notifications(parts.store),
  };
}
