import type { Clock } from './base/clock.ts';
import type { Config } from './config/schema.ts';
import { classcordV1 } from './dialect/classcord-v1.ts';
import { classcordV2 } from './dialect/classcord-v2.ts';
import { PlainDialect } from './dialect/plain.ts';
import { roomchat } from './dialect/roomchat.ts';
import type { House } from './house.ts';
import { defaultChannel } from './protocol/names.ts';
import type { Lang } from './protocol/texts.ts';

/** How connections speak that have not said `hello`. */
export function openingDialects({ legacy }: Config, lang: Lang, clock: Clock): Pick<House, 'v1' | 'v2' | 'plain' | 'roomchat'> {
  const now = () => clock.now();
  return {
    v1: classcordV1({ isJoinInContent: legacy.join_in_content, lang, now }),
    v2: classcordV2,
    roomchat: { en: roomchat({ lang: 'en', now }), fr: roomchat({ lang: 'fr', now }) },
    plain: () => new PlainDialect({ lang, channel: defaultChannel, now }),
  };
}
