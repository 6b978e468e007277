import { readFileSync, type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import type { Clock } from './base/clock.ts';
import { fillIn } from './config/problems.ts';
import type { Config } from './config/schema.ts';
import { nearest } from './config/suggest.ts';
import { everyKey, type Rules, RulesProblem, readRules } from './domain/automod/rules.ts';
import { Watch } from './domain/automod/watch.ts';
import type { Lang } from './protocol/texts.ts';

const mostBytes = 1_048_576;
const everyMs = 2000;

/** A rules file that cannot be used: one line that says where, what, and what to do. */
export class BadRules extends Error {
  override readonly name = 'BadRules';
}

/** Where the rules are, as the settings say; null: nowhere. */
export function rulesPath({ automod, server }: Config): string | null {
  return automod.rules === '' ? null : resolve(server.data, automod.rules);
}

/** The rules of a file, ready to look; null: there is no such file. `isForced`: as if it said `enabled = true`. Throws BadRules. */
export function openRules(file: string, lang: Lang, isForced = false): Watch | null {
  const text = readText(file, lang);
  if (text === null) return null;
  try {
    const rules = rulesIn(text);
    return new Watch(isForced ? { ...rules, enabled: true } : rules);
  } catch (cause) {
    throw new BadRules(problemIn(file, cause, lang), { cause });
  }
}

/** The rules that a text says. What it throws, `problemIn` tells. */
export function rulesIn(text: string): Rules {
  return readRules(parse(text));
}

/** The rules as they are shipped, switched on: what `automod test` tries when there is no file. */
export function shippedRules(): Watch {
  return new Watch(readRules({ enabled: true }));
}

/** Tells the rules of the file, or what is wrong with it: at once, and whenever the file has changed (looked at every two seconds), or when it is asked to look. */
export function followRules({
  file,
  clock,
  lang,
  onRules,
  onProblem,
}: {
  file: string;
  clock: Clock;
  lang: Lang;
  onRules: (watch: Watch | null) => void;
  onProblem: (problem: Error) => void;
}): { look: () => Promise<void>; stop: () => void } {
  let seen = '';
  const take = (now: string) => {
    if (now === seen) return;
    seen = now;
    try {
      onRules(openRules(file, lang));
    } catch (error) {
      onProblem(error as Error);
    }
  };
  let looking: Promise<void> | null = null;
  const look = (): Promise<void> => {
    looking ??= stat(file)
      .then(markOf, faultMark)
      .then(take)
      .finally(() => {
        looking = null;
      });
    return looking;
  };
  try {
    take(markOf(statSync(file)));
  } catch (error) {
    take(faultMark(error));
  }
  return { look, stop: clock.every(everyMs, () => void look()) };
}

/** What tells one state of a file from another. */
function markOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs}`;
}

function faultMark(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unreadable';
}

function readText(file: string, lang: Lang): string | null {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > mostBytes) throw new BadRules(`${file}: ${fillIn(texts.size[lang], { limit: mostBytes })}`);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof BadRules) throw cause;
    const { code = 'UTF-8' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new BadRules(`${file}: ${fillIn(texts.unreadable[lang], { code })}`, { cause });
  }
}

/** What is wrong with rules, in one line that says where. Throws on what is no problem of rules. */
export function problemIn(file: string, cause: unknown, lang: Lang): string {
  if (cause instanceof TomlError) {
    const detail = (cause.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '');
    return `${file}:${cause.line}: ${fillIn(texts.toml[lang], { detail })}`;
  }
  if (!(cause instanceof RulesProblem)) throw cause;
  const { fault, key, detail } = cause;
  const near = fault === 'unknown' ? nearest(key.replace(/^channels\..*\.(?=\w+\.?\w*$)/, ''), everyKey()) : null;
  return `${file}: ${fillIn(texts[near === null ? fault : 'unknown_near'][lang], { key, detail, near: near ?? '' })}`;
}

const texts = {
  size: { en: 'this file is too large: at most {limit} bytes', fr: 'ce fichier est trop grand : {limit} octets au plus' },
  unreadable: { en: 'this file cannot be read ({code})', fr: 'ce fichier ne peut pas être lu ({code})' },
  toml: {
    en: 'this is not TOML ({detail}); a line reads: key = value, texts in "quotes"',
    fr: 'ce n’est pas du TOML ({detail}) ; une ligne s’écrit : clé = valeur, les textes entre "guillemets"',
  },
  unknown: { en: 'there is no key {key}', fr: 'il n’y a pas de clé {key}' },
  unknown_near: { en: 'there is no key {key}; did you mean {near}?', fr: 'il n’y a pas de clé {key} ; vouliez-vous dire {near} ?' },
  form: { en: '{key} must be {detail}', fr: '{key} doit être : {detail}' },
  channels: {
    en: 'at most {detail} channels may have rules of their own',
    fr: '{detail} canaux au plus peuvent avoir leurs propres règles',
  },
  own_words: {
    en: 'at most {detail} channels may have words of their own',
    fr: '{detail} canaux au plus peuvent avoir leurs propres mots',
  },
  word: {
    en: 'words: “{detail}” is no word: 2 to 40 letters, * only at its ends',
    fr: 'words : « {detail} » n’est pas un mot : 2 à 40 lettres, * aux extrémités seulement',
  },
} as const;
