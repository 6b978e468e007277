import { z } from 'zod';
import { foldChannel } from '../../protocol/names.ts';

const flag = (preset: boolean) => z.boolean().default(preset);
const count = (preset: number, least: number, most: number) => z.int().min(least).max(most).default(preset);
const amount = (preset: number, least: number, most: number) => z.number().min(least).max(most).default(preset);
const words = (most: number) => z.array(z.string().min(1).max(60)).max(most).default([]);

/** Hosts as links are compared with them. */
const hosts = words(200).transform((names) => new Set(names.map((name) => name.toLowerCase().replace(/^www\./, ''))));

/** How much of an author is remembered; no rule can ask for more. */
export const mostRemembered = 60;

/** The rules that a channel may have of its own, each with what is shipped. */
const ruleForms = {
  flood: z.strictObject({ enabled: flag(true), messages: count(8, 1, mostRemembered), seconds: amount(10, 0.1, 3600) }).prefault({}),
  repetition: z.strictObject({ enabled: flag(true), times: count(4, 2, mostRemembered), seconds: amount(60, 0.1, 86_400) }).prefault({}),
  capitals: z.strictObject({ enabled: flag(true), percent: amount(70, 1, 100), letters: count(12, 1, 65_536) }).prefault({}),
  links: z.strictObject({ enabled: flag(true), most: count(3, 0, 1000), allowed: hosts, blocked: hosts }).prefault({}),
  words: z
    .strictObject({
      enabled: flag(true),
      lists: z.array(z.enum(['fr', 'en'])).default(['fr', 'en']),
      add: words(500),
      harmless: words(500),
    })
    .prefault({}),
};
export const ruleNames = ['flood', 'repetition', 'capitals', 'links', 'words'] as const;
export type RuleName = (typeof ruleNames)[number];

const channelForm = z.strictObject({ enabled: flag(true), ...ruleForms });
export type ChannelRules = z.output<typeof channelForm>;

const step = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['warn', 'kick']) }),
  z.strictObject({ kind: z.enum(['mute', 'ban']), minutes: z.number().min(1).max(525_600) }),
]);
/** What is done to somebody, and for how long. */
export type Step = z.output<typeof step>;

const ladder: Step[] = [
  { kind: 'warn' },
  { kind: 'warn' },
  { kind: 'mute', minutes: 5 },
  { kind: 'mute', minutes: 60 },
  { kind: 'kick' },
  { kind: 'ban', minutes: 1440 },
];

const escalationForm = z
  .strictObject({
    enabled: flag(false),
    scope: z.enum(['server', 'channel']).default('server'),
    window_hours: amount(24, 0.01, 8760),
    steps: z.array(step).min(1).max(20).default(ladder),
  })
  .prefault({});

const fileForm = z.strictObject({
  enabled: flag(false),
  exempt: z.array(z.enum(['admin', 'moderator', 'user', 'guest'])).default(['admin', 'moderator']),
  pause_seconds: amount(10, 0, 3600),
  ...ruleForms,
  escalation: escalationForm,
  channels: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

/** All that a rules file says, checked and completed. */
export interface Rules {
  readonly enabled: boolean;
  readonly exempt: readonly string[];
  /** So long after something was done about somebody nothing more is. */
  readonly pauseMs: number;
  readonly escalation: z.output<typeof escalationForm>;
  readonly everywhere: ChannelRules;
  /** By the fold of the channel. */
  readonly channels: ReadonlyMap<string, ChannelRules>;
}

export type RulesFault = 'unknown' | 'form' | 'channels' | 'own_words' | 'word';

/** What is wrong with a rules file, and at which key. */
export class RulesProblem extends Error {
  override readonly name = 'RulesProblem';
  readonly fault: RulesFault;
  readonly key: string;
  /** What would be right, or what is wrong, as the fault has it. */
  readonly detail: string;
  constructor(fault: RulesFault, key: string, detail: string) {
    super(`${key}: ${fault} ${detail}`);
    this.fault = fault;
    this.key = key;
    this.detail = detail;
  }
}

/** So many channels may have words of their own: each such list is an automaton in memory. */
const mostOwnWords = 8;
const mostChannels = 500;

/** The rules of a parsed file; what it leaves out is as shipped, what a channel leaves out is as everywhere. Throws RulesProblem. */
export function readRules(file: object): Rules {
  const { enabled, exempt, pause_seconds, escalation, channels, ...everywhere } = parsed(fileForm, file, '');
  const given = Object.entries(channels);
  if (given.length > mostChannels) throw new RulesProblem('channels', 'channels', String(mostChannels));
  if (given.filter(([, own]) => own['words'] !== undefined).length > mostOwnWords) {
    throw new RulesProblem('own_words', 'channels', String(mostOwnWords));
  }
  return {
    enabled,
    exempt,
    pauseMs: pause_seconds * 1000,
    escalation,
    everywhere: { enabled: true, ...everywhere },
    channels: new Map(given.map(([name, own]) => [foldChannel(name), channelRules(file, name, own)])),
  };
}

function channelRules(file: object, name: string, own: Readonly<Record<string, unknown>>): ChannelRules {
  const base = file as Readonly<Record<string, unknown>>;
  const merged = ruleNames.map((rule) => [rule, tablesJoined(base[rule], own[rule])] as const);
  return parsed(channelForm, { ...own, ...Object.fromEntries(merged.filter(([, table]) => table !== undefined)) }, `channels.${name}.`);
}

function tablesJoined(base: unknown, own: unknown): unknown {
  if (typeof base !== 'object' || typeof own !== 'object') return own ?? base;
  return { ...base, ...own };
}

function parsed<T extends z.ZodType>(form: T, value: object, prefix: string): z.output<T> {
  const result = form.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (more: readonly string[] = []) => `${prefix}${[...(issue?.path ?? []), ...more].join('.')}`;
  if (issue?.code === 'unrecognized_keys') throw new RulesProblem('unknown', path(issue.keys.slice(0, 1)), '');
  throw new RulesProblem('form', path(), formOf(issue));
}

/** What the value must be, in words. */
function formOf(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : `a ${issue.expected}`;
    case 'too_small':
      return `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_value':
      return issue.values.join(' or ');
    default:
      return issue?.message ?? 'something else';
  }
}

/** Every key of a rules file, for whoever looks for the one that was meant. */
export function everyKey(): string[] {
  const rules = Object.entries(ruleForms).flatMap(([rule, form]) => Object.keys(form.unwrap().shape).map((key) => `${rule}.${key}`));
  const steps = Object.keys(escalationForm.unwrap().shape).map((key) => `escalation.${key}`);
  return [...Object.keys(fileForm.shape), ...rules, ...steps];
}
