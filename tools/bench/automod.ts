#!/usr/bin/env node
import { Letters } from '../../server/domain/automod/letters.ts';
import { readRules } from '../../server/domain/automod/rules.ts';
import { Watch } from '../../server/domain/automod/watch.ts';
import { WordFilter } from '../../server/domain/automod/word-filter.ts';
import * as english from '../../server/domain/automod/words-en.ts';
import * as french from '../../server/domain/automod/words-fr.ts';

/** `node dist/tools/bench/automod.js`: what the shipped rules of automatic moderation cost, in CPU time of this thread. */
export interface AutomodFigures {
  /** Per usual message, in microseconds: the word lists alone, and all the rules with what they remember. */
  readonly wordsUs: number;
  readonly rulesUs: number;
  /** The slowest 64 KiB, in milliseconds, and what they were. */
  readonly worstMs: number;
  readonly worst: string;
}

const mostBytes = 65_536;

/** What a class says: short and long, French and English, with a command and a link. */
const usual = [
  'bonjour à tous',
  'ok merci !',
  'ss -tulpn ? il faut être root pour voir les processus des autres',
  'Quelqu’un a réussi l’exercice 3 ? Chez moi le serveur répond « connection refused » dès que je lance le client depuis la VM.',
  'did you start the server before the client? it listens on port 12345, see https://example.org/wiki/sockets#ports',
  '@alice regarde dans /etc/hosts, je crois qu’il manque la ligne de la machine 192.168.56.101',
  'oui',
  'import json\nwith open("users.json") as f:\n    users = json.load(f)\nprint(len(users))',
];

/** Texts of up to 64 KiB of UTF-8 that ask most of the matcher. */
function hardTexts(): readonly (readonly [string, string])[] {
  const parts = [
    'a',
    '1',
    'é',
    '漢',
    '😀',
    '𝓯𝓾',
    'ﬃ',
    'a\u0301',
    '\u200b',
    'f*',
    'i1l!',
    'c o n n a r ',
    'shit',
    'salopette ',
    'sh*t ',
    'con ',
    'http://a.b ',
    'WWW.',
  ];
  const repeated = parts.map((part) => [part, part.repeat(Math.floor(mostBytes / Buffer.byteLength(part)))] as const);
  const every = Array.from({ length: mostBytes / 3 }, (_, index) => String.fromCharCode(0x80 + index)).join('');
  return [['every character', every.slice(0, mostBytes / 3)], ...repeated];
}

export function measureAutomod(messages = 50_000): AutomodFigures {
  const lists = [
    { name: 'fr', ...french },
    { name: 'en', ...english },
  ];
  const hard = worstOf(() => new Watch(readRules({ enabled: true })));
  const filter = new WordFilter(lists, new Letters());
  const watch = new Watch(readRules({ enabled: true, pause_seconds: 0, flood: { messages: 60, seconds: 0.1 } }));
  const words = perText(messages, (text) => filter.find(text));
  const rules = perText(messages, (text, index) =>
    watch.look({ author: `u${index % 40}`, role: 'user', channel: 'general', text, at: index * 1000 }),
  );
  return { wordsUs: words, rulesUs: rules, ...hard };
}

/** Each text meets rules that were just loaded: the first one costs most. */
function worstOf(fresh: () => Watch): Pick<AutomodFigures, 'worst' | 'worstMs'> {
  let worst = '';
  let worstMs = 0;
  for (const [name, text] of hardTexts()) {
    const watch = fresh();
    const ms = cpuMs(() => watch.look({ author: 'u1', role: 'user', channel: 'general', text, at: 0 }));
    if (ms > worstMs) [worst, worstMs] = [name, ms];
  }
  return { worst, worstMs };
}

function perText(count: number, look: (text: string, index: number) => unknown): number {
  const round = (from: number) => {
    for (let index = 0; index < count; index += 1) look(usual[index % usual.length] ?? '', from + index);
  };
  round(0);
  return (cpuMs(() => round(count)) * 1000) / count;
}

function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

if (/automod\.[jt]s$/.test(process.argv[1] ?? '')) {
  const { wordsUs, rulesUs, worstMs, worst } = measureAutomod();
  process.stdout.write(`word lists      ${wordsUs.toFixed(1)} µs per usual message\n`);
  process.stdout.write(`all rules       ${rulesUs.toFixed(1)} µs per usual message\n`);
  process.stdout.write(`64 KiB at worst ${worstMs.toFixed(1)} ms (${JSON.stringify(worst)})\n`);
}
