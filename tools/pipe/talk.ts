import { setTimeout as wait } from 'node:timers/promises';
import { type Rate, TokenBucket } from '../../server/base/token-bucket.ts';
import { cleanText } from '../../server/protocol/clean.ts';
import { ChatError, errorCodes } from '../../server/protocol/errors.ts';
import { isRequestType } from '../../server/protocol/index.ts';
import { foldChannel } from '../../server/protocol/names.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { ChatClient, ChatEvent, Extras } from '../client/main.ts';
import { type LineReader, tooLong } from './lines.ts';

type Line = Readonly<Record<string, unknown>>;
export interface TalkOptions {
  /** The first one is where a line without a place goes; other channels are not told of. */
  readonly channels: readonly string[];
  /** Lines are bare text both ways. */
  readonly isText: boolean;
  /** How much may be said; past it the program waits. Null: as the server has it. */
  readonly rate: Rate | null;
  /** For the words of its own errors. */
  readonly lang: Lang;
  /** Writes one line; resolves when there is room for the next. */
  readonly write: (line: string) => Promise<void>;
}

/** Lines that are carried out at one time; then the program waits. */
const mostOpen = 32;
/** Requests that the connection makes by itself; who one is stands on the command line, so that a cut need not ask the program again. */
const ownAffairs = {
  login: 'identity',
  register: 'identity',
  logout: 'end',
  hello: 'connection',
  resume: 'connection',
  ping: 'connection',
  pong: 'connection',
} as const;

/** Between a client and a program that reads and writes lines: what is heard goes out, what comes in is carried out and answered. */
export class Talk {
  readonly #client: ChatClient;
  readonly #options: TalkOptions;
  readonly #bucket: TokenBucket | null;
  readonly #open = new Set<Promise<void>>();
  readonly #channels: ReadonlySet<string>;
  readonly #over = new AbortController();
  #refusals = 0;
  #accepted = 0;

  constructor(client: ChatClient, options: TalkOptions) {
    this.#client = client;
    this.#options = options;
    this.#bucket = options.rate === null ? null : new TokenBucket(options.rate, performance.now());
    this.#channels = new Set(options.channels.map(foldChannel));
  }

  /** Lines that were refused, and lines that were not. */
  get outcome(): { readonly refusals: number; readonly accepted: number } {
    return { refusals: this.#refusals, accepted: this.#accepted };
  }

  /** Tells all that happens, until the client or the program ends; that one is online comes first of all. */
  async tellAll(events: AsyncIterable<ChatEvent>, { isOnline }: { isOnline: boolean }): Promise<void> {
    let early: string[] | null = isOnline ? null : [];
    if (isOnline) await this.#write(this.#onlineLine());
    for await (const event of events) {
      const line = this.#options.isText ? textOf(event) : this.#lineOf(event);
      const isBeginning = early !== null && event.type === 'state' && event.state === 'online';
      if (line !== null && this.#isWanted(event)) {
        if (early === null || isBeginning) await this.#options.write(line);
        else early.push(line);
      }
      if (!isBeginning) continue;
      for (const heard of early ?? []) await this.#options.write(heard);
      early = null;
    }
  }

  /** Nothing more is carried out, though it may have been read. */
  stop(): void {
    this.#over.abort();
  }

  /** Carries out line after line; resolves when the last one has its answer. */
  async takeAll(lines: LineReader): Promise<void> {
    for (let line = await lines.next(); line !== null; line = await lines.next()) {
      if (line.trim() === '') continue;
      await this.#untilAllowed();
      if (this.#over.signal.aborted) break;
      const done = this.#take(line).finally(() => this.#open.delete(done));
      this.#open.add(done);
      if (this.#open.size >= mostOpen) await Promise.race(this.#open);
    }
    await Promise.all(this.#open);
  }

  async #untilAllowed(): Promise<void> {
    const { signal } = this.#over;
    for (let ms = this.#missing(); ms > 0 && !signal.aborted; ms = this.#missing())
      await wait(ms, undefined, { signal }).catch(() => undefined);
  }

  #missing(): number {
    return this.#bucket?.take(1, performance.now()) ?? 0;
  }

  async #take(text: string): Promise<void> {
    let ref: unknown;
    try {
      const line = this.#options.isText ? { content: text } : parsed(text);
      ref = line['ref'];
      const answer = await this.#carryOut(line);
      this.#accepted += 1;
      if (!this.#options.isText && answer !== null) await this.#write({ ...answer, ...(ref === undefined ? {} : { ref }) });
    } catch (thrown) {
      const error = ChatError.from(thrown);
      this.#refusals += 1;
      if (this.#options.isText) process.stderr.write(`${error.textIn(this.#options.lang)}\n`);
      else await this.#write(this.#errorLine(error, ref));
    }
  }

  /** Null: it has no answer. */
  async #carryOut({ ref: _, ...line }: Line): Promise<Line | null> {
    const { type = 'message', content, channel, to, reply_to, tags } = line;
    if (typeof type === 'string' && isOwnAffair(type))
      throw new ChatError('forbidden', { said: texts[ownAffairs[type]][this.#options.lang].replace('{type}', type) });
    if (typeof type !== 'string' || !isRequestType(type))
      throw new ChatError('unknown_type', { params: { type: cleanText(String(type).slice(0, 64)) } });
    if (type === 'typing') {
      this.#client.tell({ channel: this.#options.channels[0], ...line, type });
      return null;
    }
    if (type !== 'message') return { type, status: 'ok', ...(await this.#client.request({ ...line, type } as never)) };
    if (typeof content !== 'string') throw new ChatError('invalid_field', { field: 'content' });
    const place = to ?? channel ?? this.#options.channels[0];
    if (typeof place !== 'string' || (to !== undefined && place.startsWith('#'))) throw new ChatError('invalid_field', { field: 'to' });
    const isNamedChannel = to === undefined && !place.startsWith('#');
    const extras = { ...(reply_to === undefined ? {} : { reply_to }), ...(tags === undefined ? {} : { tags }) } as Extras;
    return { type: 'ack', ...(await this.#client.say(isNamedChannel ? `#${place}` : place, content, extras).done) };
  }

  #isWanted(event: ChatEvent): boolean {
    if (event.type === 'state' || !('channel' in event) || typeof event.channel !== 'string') return true;
    return this.#channels.has(foldChannel(event.channel));
  }

  #lineOf(event: ChatEvent): string | null {
    if (event.type === 'sent' || event.type === 'other') return null;
    if (event.type === 'refused') return JSON.stringify(this.#errorLine(event.error, undefined));
    if (event.type !== 'state') return JSON.stringify(event);
    if (event.state === 'online') return JSON.stringify(this.#onlineLine());
    return event.state === 'waiting' ? JSON.stringify({ type: 'waiting', retry_in_ms: event.retryInMs }) : null;
  }

  #onlineLine(): Line {
    const { me, generation } = this.#client;
    return { type: 'online', username: me?.username, generation, channel: this.#options.channels[0] };
  }

  #errorLine(error: ChatError, ref: unknown): Line {
    const { field, retryAfterMs } = error.details;
    return {
      type: 'error',
      ...(ref === undefined ? {} : { ref }),
      code: error.code,
      message: error.textIn(this.#options.lang),
      ...(field === undefined ? {} : { field }),
      ...(errorCodes[error.code].retryable && retryAfterMs !== undefined ? { retry_after_ms: retryAfterMs } : {}),
    };
  }

  async #write(line: Line): Promise<void> {
    if (!this.#options.isText) await this.#options.write(JSON.stringify(line));
  }
}

function isOwnAffair(type: string): type is keyof typeof ownAffairs {
  return Object.hasOwn(ownAffairs, type);
}

/** As `nc` users have it; of several lines all but the first are indented, so that nobody can make one look like somebody else’s. */
function textOf(event: ChatEvent): string | null {
  if (event.type !== 'message') return null;
  const content = event.content.replaceAll('\n', '\n  ');
  return event.subtype === 'private' ? `<${event.from} → ${event.to}> ${content}` : `<${event.from}> ${content}`;
}

function parsed(text: string): Line {
  if (text === tooLong) throw new ChatError('line_too_long', { fatal: false });
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null && !Array.isArray(line)) return line as Line;
  } catch {}
  throw new ChatError('bad_json');
}

const texts = {
  identity: {
    en: 'Who one is stands on the command line, not in a line: --guest NAME, or --user NAME (--register) with CLASSCORD_PASSWORD, --password-stdin or --key FILE.',
    fr: 'Qui l’on est se dit en ligne de commande, pas dans une ligne : --guest NOM, ou --user NOM (--register) avec CLASSCORD_PASSWORD, --password-stdin ou --key FICHIER.',
  },
  end: { en: 'To leave, end the input.', fr: 'Pour partir, terminez l’entrée.' },
  connection: { en: 'The connection sees to “{type}” by itself.', fr: 'La connexion s’occupe elle-même de « {type} ».' },
} as const;
