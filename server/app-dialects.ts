import type { Clock } from './base/clock.ts';
import type { Config } from './config/schema.ts';
import { classcordV1 } from './dialect/classcord-v1.ts';
import { PlainDialect } from './dialect/plain.ts';
import type { House } from './house.ts';
import { defaultChannel } from './protocol/names.ts';
import type { Lang } from './protocol/texts.ts';

/** How connections speak that have not said `hello`. */
export function openingDialects({ legacy }: Config, lang: Lang, clock: Clock): Pick<House, 'v1' | 'plain'> {
  const now = () => clock.now();
  return {
    v1: classcordV1({ isJoinInContent: legacy.join_in_content, lang, now }),
    plain: () => new PlainDialect({ lang, channel: defaultChannel, now }),
  };
}
