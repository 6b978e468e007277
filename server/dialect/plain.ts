import type { ChatError } from '../protocol/errors.ts';
import { parseRequest, type Request, type Result, type ServerEvent } from '../protocol/index.ts';
import { type PlainCommand, plainAliases, plainCommands } from '../protocol/plain.ts';
import { ResultLines } from '../protocol/result.ts';
import { type Lang, langs } from '../protocol/texts.ts';
import type { Dialect, Line } from './dialect.ts';
import { listOf } from './plain-answers.ts';
import { readings } from './plain-commands.ts';
import { eventRows } from './plain-events.ts';
import { rowsOf } from './plain-rows.ts';
import { Talk } from './plain-talk.ts';
import type { Asked } from './plain-words.ts';

export interface PlainOptions {
  readonly lang: Lang;
  /** The channel in which everybody begins. */
  readonly channel: string;
  /** Wall time. */
  readonly now: () => number;
}

type Show = NonNullable<Extract<Asked, { readonly request: unknown }>['show']>;

/**
 * Plain text for people on netcat or telnet (protocol.md §8). Each connection has its own: what is shown depends on its language and on
 * the channel that it talks in. What it answers by itself (`/help`, a wrong usage) goes through `ping`, so that it is counted, limited
 * and kept in order as every request is.
 */
export class PlainDialect implements Dialect {
  readonly name = 'plain';
  readonly isSlowedOverRate = true;
  readonly isAnswering = true;
  readonly hasGaps = true;
  readonly isAscii = false;
  readonly isPinged = false;
  readonly fallbackCharset = 'windows-1252';
  readonly #talk: Talk;
  readonly #shows = new WeakMap<Request, Show | null>();
  /** As the client ends its own lines: telnet wants CR LF. */
  #lineEnd = '\n';

  constructor(options: PlainOptions) {
    this.#talk = new Talk(options);
  }

  get hasLeft(): boolean {
    return this.#talk.hasLeft;
  }

  decode(line: Line): Request | null {
    const typed = line.text();
    this.#lineEnd = typed.endsWith('\r') ? '\r\n' : '\n';
    const text = typed.trim();
    if (text === '') return null;
    const asked = this.#read(text);
    if ('rows' in asked) return this.#request({ type: 'ping' }, () => [...asked.rows]);
    return this.#request(asked.request, asked.show);
  }

  reply(request: Request, answer: Result | ResultLines): string | null {
    const show = this.#shows.get(request) ?? null;
    return show === null ? null : this.#text(show(answer instanceof ResultLines ? answer.lines : [answer]));
  }

  error(error: ChatError): string | null {
    return this.#text(rowsOf('!', error.textIn(this.#talk.lang)));
  }

  event(event: ServerEvent): string | null {
    const rows = eventRows(event, this.#talk);
    return rows === null ? null : this.#text(rows);
  }

  /** `/word …` is a command, `//…` is text that begins with a slash, and everything else is said in the channel. */
  #read(text: string): Asked {
    const talk = this.#talk;
    if (/^\{\s*"/.test(text)) return { rows: talk.say('json') };
    if (!text.startsWith('/') || text.startsWith('//')) {
      const content = text.startsWith('//') ? text.slice(1) : text;
      const place = talk.isHere(talk.home) ? {} : { channel: talk.channel };
      return { request: { type: 'message', content, ...place }, show: (results) => talk.said(results) };
    }
    const [, typed = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/u.exec(text) ?? [];
    const command = commandOf(typed);
    if (command === null) return { rows: talk.say('unknown', { word: typed.slice(0, 32) }) };
    if (command === 'help') return this.#help(rest);
    if (command === 'lang') return this.#speak(rest);
    if (command === 'quit') {
      talk.hasLeft = true;
      return { rows: talk.say('bye') };
    }
    return readings[command](rest, talk) ?? { rows: talk.say('usage', { usage: plainCommands[command][talk.lang] }) };
  }

  /** Of the commands, those whose request this session may send now. */
  #help(topic: string): Asked {
    const talk = this.#talk;
    const command = commandOf(topic.trim().replace(/^\//, ''));
    if (command !== null) return { rows: rowsOf('', plainCommands[command][talk.lang]) };
    if (topic.trim() === 'permissions')
      return { request: { type: 'help', topic: 'permissions' }, show: (results) => permissionRows(talk, results) };
    if (topic !== '') return { rows: talk.say('unknown', { word: topic.slice(0, 32) }) };
    const show: Show = ([result]) => {
      const allowed = new Set(listOf(result?.['requests']).map(({ type }) => type));
      const lines = Object.values(plainCommands).filter(({ type }) => type === null || allowed.has(type));
      const more = talk.isNamed ? [] : talk.say('more');
      return [...talk.say('intro'), ...lines.flatMap((line) => rowsOf('', line[talk.lang])), ...more];
    };
    return { request: { type: 'help' }, show };
  }

  #speak(wanted: string): Asked {
    const lang = langs.find((each) => each === wanted.trim().toLowerCase());
    if (lang === undefined) return { rows: this.#talk.say('usage', { usage: plainCommands.lang[this.#talk.lang] }) };
    this.#talk.lang = lang;
    return { rows: this.#talk.say('lang') };
  }

  #request(candidate: Readonly<Record<string, unknown>>, show: Show | null): Request {
    const request = parseRequest(String(candidate['type']), candidate);
    this.#shows.set(request, show);
    return request;
  }

  #text(rows: readonly string[]): string | null {
    return rows.length === 0 ? null : `${rows.join(this.#lineEnd)}${this.#lineEnd}`;
  }
}

/** `channel.invite: moderator (public), admin, channel moderator, channel owner` */
function permissionRows(talk: Talk, [result]: readonly Result[]): string[] {
  return listOf(result?.['permissions']).flatMap(({ permission, roles }) => {
    const granted = Object.entries((roles ?? {}) as Readonly<Record<string, string>>).filter(([, answer]) => answer !== 'no');
    const named = granted.map(([role, answer]) => (answer === 'public' ? `${role} (${talk.word('in_public')})` : role));
    return talk.rows(`${String(permission)}:`, named.join(', '));
  });
}

function commandOf(typed: string): PlainCommand | null {
  const word = typed.toLowerCase();
  if (Object.hasOwn(plainCommands, word)) return word as PlainCommand;
  return Object.hasOwn(plainAliases, word) ? (plainAliases[word] ?? null) : null;
}
