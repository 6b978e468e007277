import { LRUCache } from 'lru-cache';
import { type Finding, judgeContent, judgeMessage } from './judge.ts';
import { Letters } from './letters.ts';
import { nothingRecent, printOf, type Recent, withDeed } from './recent.ts';
import { type ChannelRules, type Rules, RulesProblem } from './rules.ts';
import { WordFilter } from './word-filter.ts';
import * as english from './words-en.ts';
import * as french from './words-fr.ts';

/** Something that somebody did in a channel. */
export interface Act {
  /** Who, as the store knows people. */
  readonly author: string;
  readonly role: string;
  /** The fold of the channel. */
  readonly channel: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** It changes what was said before: only its text counts. */
  readonly isEdit?: boolean;
}

/** Authors of whom something is remembered; past it the ones quiet for longest are forgotten. */
const mostAuthors = 8192;
const lists = { fr: french, en: english };

/** Rules at work: what they find in one act after the other. The same for what is said now and for what was said long ago. */
export class Watch {
  readonly rules: Rules;
  readonly #recent = new LRUCache<string, Recent>({ max: mostAuthors });
  /** When something was found of an author. */
  readonly #foundAt = new LRUCache<string, number>({ max: mostAuthors });
  readonly #filters = new Map<ChannelRules['words'], WordFilter | null>();
  readonly #letters = new Letters();

  /** Throws RulesProblem for a word that is none. */
  constructor(rules: Rules) {
    this.rules = rules;
    for (const set of [rules.everywhere, ...rules.channels.values()]) this.#filters.set(set.words, this.#filterOf(set.words));
  }

  /** The rule that the act breaks, or null. Its author is left alone for a while then. */
  look(act: Act): Finding | null {
    const rules = this.rules.channels.get(act.channel) ?? this.rules.everywhere;
    if (!this.rules.enabled || !rules.enabled || this.rules.exempt.includes(act.role)) return null;
    const { author, text, at: now } = act;
    const words = this.#filters.get(rules.words) ?? null;
    const isPaused = Math.abs(now - (this.#foundAt.get(author) ?? -Infinity)) < this.rules.pauseMs;
    if (act.isEdit === true) return isPaused ? null : this.#pause(act, judgeContent({ text, rules, words }));
    const print = printOf(text);
    const recent = this.#recent.get(author) ?? nothingRecent;
    const finding = isPaused ? null : judgeMessage({ text, print, now, recent, rules, words });
    const counted = withDeed(recent, { at: now, print });
    this.#recent.set(author, {
      ...counted,
      ...(finding?.rule === 'flood' ? { floodFrom: now + 1 } : {}),
      ...(finding?.rule === 'repetition' ? { repetitionFrom: now + 1 } : {}),
    });
    return this.#pause(act, finding);
  }

  #pause({ author, at }: Act, finding: Finding | null): Finding | null {
    if (finding !== null) this.#foundAt.set(author, at);
    return finding;
  }

  /** Channels with the same words share one filter. */
  #filterOf(words: ChannelRules['words']): WordFilter | null {
    for (const [known, filter] of this.#filters) if (isSame(known, words)) return filter;
    if (!words.enabled) return null;
    const own = { name: 'file', words: words.add, harmless: words.harmless };
    try {
      const filter = new WordFilter([own, ...words.lists.map((name) => ({ name, ...lists[name] }))], this.#letters);
      filter.warmUp('salopette Scunthorpe');
      return filter;
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new RulesProblem('word', 'words', cause.message);
    }
  }
}

function isSame(one: ChannelRules['words'], other: ChannelRules['words']): boolean {
  return (
    one.enabled === other.enabled &&
    one.lists.join() === other.lists.join() &&
    one.add.join('\n') === other.add.join('\n') &&
    one.harmless.join('\n') === other.harmless.join('\n')
  );
}
