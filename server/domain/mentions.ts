import { wire } from '../protocol/limits.ts';
import { fold } from '../protocol/names.ts';
import type { Channel, MentionCandidate, Mentions } from '../store/store.ts';
import { may, type Standing } from './permissions.ts';
import type { Roster } from './presence.ts';

/** An `@` after this stands inside a word, as it does in a mail address. */
const inWord = /[\p{L}\p{M}\p{Nd}_.]$/u;
const all = /^all(?![\p{L}\p{M}\p{Nd}_]|[-'.][\p{L}\p{Nd}])/iu;
/** What a name may be made of, blanks included: how far the name after an `@` can go at most. */
const reach = /^(?:[\p{L}\p{M}\p{Nd}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator} _.'-]|\u200D){1,32}/u;
const wordEnd = /\S(?![\p{L}\p{M}\p{Nd}_])/gu;
/** Words of a name that are tried. */
const mostWords = 8;

/**
 * Whom a message may mention; undefined: nobody, found out without looking twice at a message that has no `@`. Names may contain
 * blanks, so that each `@` has several candidates; whether they exist, and may read the message, is decided when it is stored.
 */
export function mentionsIn(content: string, place: { channel: Channel; standing: Standing | null; roster: Roster }): Mentions | undefined {
  if (!content.includes('@')) return undefined;
  const { channel, standing, roster } = place;
  const names: MentionCandidate[][] = [];
  let isAll = false;
  for (let at = content.indexOf('@'); at >= 0; at = content.indexOf('@', at + 1)) {
    if (inWord.test(content.slice(Math.max(0, at - 2), at))) continue;
    const tail = content.slice(at + 1, at + 2 + 2 * wire.name);
    if (all.test(tail)) isAll ||= standing !== null && may('message.mention_all', standing);
    else {
      const candidates = candidatesIn(tail, roster);
      if (candidates.length > 0) names.push(candidates);
    }
    if (names.length >= wire.mentions) break;
  }
  if (names.length === 0 && !isAll) return undefined;
  return { names, isAll, isPrivate: channel.visibility === 'private' };
}

function candidatesIn(tail: string, roster: Roster): MentionCandidate[] {
  const most = reach.exec(tail)?.[0].length ?? 0;
  const candidates: MentionCandidate[] = [];
  wordEnd.lastIndex = 0;
  while (wordEnd.test(tail) && wordEnd.lastIndex <= most && candidates.length < mostWords) {
    const end = wordEnd.lastIndex;
    const folded = fold(tail.slice(0, end));
    const present = roster.byFold(folded)?.person;
    candidates.push(present?.accountId === null ? { fold: folded, guest: present.name } : { fold: folded });
  }
  return candidates.reverse();
}
