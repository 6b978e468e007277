import { capitalsIn } from './capitals.ts';
import { hostsIn, isAmong } from './links.ts';
import { countWithin, type Recent } from './recent.ts';
import type { ChannelRules, RuleName } from './rules.ts';
import type { WordFilter } from './word-filter.ts';

/** Which rule something breaks, and by how much: a sentence for people without what was said. */
export interface Finding {
  readonly rule: RuleName;
  readonly seen: Readonly<Record<string, number | string>>;
}

/** Something said, and what there is to judge it by. */
export interface Said {
  readonly text: string;
  /** Of `text`: equal texts are repetitions. */
  readonly print: number;
  readonly now: number;
  /** What its author said before. */
  readonly recent: Recent;
  readonly rules: ChannelRules;
  readonly words: WordFilter | null;
}

/** The first rule that a new message breaks, or null. What costs least is asked first. */
export function judgeMessage(said: Said): Finding | null {
  return flood(said) ?? repetition(said) ?? judgeContent(said);
}

/** The first rule that the text alone breaks: the one to judge an edit by. */
export function judgeContent({ text, rules, words }: Pick<Said, 'text' | 'rules' | 'words'>): Finding | null {
  return capitals(text, rules.capitals) ?? links(text, rules.links) ?? (rules.words.enabled && words !== null ? listed(text, words) : null);
}

function flood({ now, recent, rules: { flood: rule } }: Said): Finding | null {
  if (!rule.enabled) return null;
  const messages = 1 + countWithin(recent.deeds, { now, ms: rule.seconds * 1000, from: recent.floodFrom });
  return messages > rule.messages ? { rule: 'flood', seen: { messages, seconds: rule.seconds, most: rule.messages } } : null;
}

function repetition({ now, print, recent, rules: { repetition: rule } }: Said): Finding | null {
  if (!rule.enabled) return null;
  const times = 1 + countWithin(recent.deeds, { now, ms: rule.seconds * 1000, from: recent.repetitionFrom }, print);
  return times >= rule.times ? { rule: 'repetition', seen: { times, seconds: rule.seconds, most: rule.times - 1 } } : null;
}

function capitals(text: string, rule: ChannelRules['capitals']): Finding | null {
  if (!rule.enabled || text.length < rule.letters) return null;
  const { letters, capitals } = capitalsIn(text);
  const percent = letters === 0 ? 0 : Math.floor((capitals * 100) / letters);
  return letters >= rule.letters && percent >= rule.percent ? { rule: 'capitals', seen: { percent, most: rule.percent } } : null;
}

function links(text: string, rule: ChannelRules['links']): Finding | null {
  if (!rule.enabled || (!text.includes('://') && !/www\./i.test(text))) return null;
  const hosts = hostsIn(text);
  const wrong = hosts.find((host) => isAmong(host, rule.blocked) || (rule.allowed.size > 0 && !isAmong(host, rule.allowed)));
  if (wrong !== undefined) return { rule: 'links', seen: { links: hosts.length, most: rule.most, allowed: 'no' } };
  return hosts.length > rule.most ? { rule: 'links', seen: { links: hosts.length, most: rule.most } } : null;
}

function listed(text: string, words: WordFilter): Finding | null {
  const found = words.find(text);
  return found === null ? null : { rule: 'words', seen: { list: found.list, word: found.word } };
}
