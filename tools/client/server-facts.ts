import type { AnswerOf } from '../../server/protocol/answered.ts';
import { defaultChannel } from '../../server/protocol/names.ts';

/** What a server says about itself. */
export interface ServerFacts {
  readonly name: string;
  readonly caps: readonly string[];
  readonly defaultChannel: string;
  /** The most that a message may have; null: a course server does not say. */
  readonly contentBytes: number | null;
}

export const courseServer: ServerFacts = { name: '', caps: [], defaultChannel, contentBytes: null };

/** From the answer to `hello`. */
export function factsOf({ server, caps, default_channel, limits }: AnswerOf<'hello'>): ServerFacts {
  return { name: server ?? '', caps, defaultChannel: default_channel ?? defaultChannel, contentBytes: limits?.content_bytes ?? null };
}
