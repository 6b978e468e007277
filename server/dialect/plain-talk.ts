import { foldChannel } from '../protocol/names.ts';
import { type PlainText, plainText } from '../protocol/plain.ts';
import type { Result } from '../protocol/result.ts';
import type { Lang, TextParams } from '../protocol/texts.ts';
import { rowsOf, timeOf } from './plain-rows.ts';

/** A message as it is shown, live or from the history. */
export interface ShownMessage {
  readonly at: number;
  readonly from: string;
  readonly content: string;
  readonly channel?: string | undefined;
  readonly to?: string | undefined;
  /** Shown in front, for those who want to answer or change it. */
  readonly id?: number | undefined;
  readonly isDeleted?: boolean;
}

/** Where one plain connection stands in its talk: its language, the channel that it talks in, what it said last. */
export class Talk {
  lang: Lang;
  channel: string;
  isNamed = false;
  hasLeft = false;
  /** The `id` of its own last message. */
  lastId: number | null = null;
  /** Where everybody is. */
  readonly home: string;
  readonly #now: () => number;

  constructor(start: { lang: Lang; channel: string; now: () => number }) {
    this.lang = start.lang;
    this.channel = start.channel;
    this.home = start.channel;
    this.#now = start.now;
  }

  /** One of our own texts, as rows; names and words in it are shown harmless. */
  say(key: PlainText, params: TextParams = {}): string[] {
    return rowsOf('', plainText(this.lang, key, params));
  }

  /** One of our own texts inside another row. */
  word(key: PlainText, params: TextParams = {}): string {
    return plainText(this.lang, key, params);
  }

  /** A row of a list: what it is about, and what there is to say. */
  rows(head: string, said: string): string[] {
    return rowsOf(head, said);
  }

  /** A time of an answer, as rows have it. */
  time(stamp: string): string {
    return timeOf(Date.parse(stamp), this.#now());
  }

  /** A message of one’s own is stored. Nobody who typed it needs to be told, unless it gave them a name. */
  said([result]: readonly Result[]): string[] {
    if (typeof result?.['id'] === 'number') this.lastId = result['id'];
    if (this.isNamed) return [];
    this.isNamed = true;
    return this.say('named_by_us');
  }

  message({ at, from, content, channel, to, id, isDeleted }: ShownMessage): string[] {
    const number = id === undefined ? '' : `${id} `;
    const place = channel === undefined || this.isHere(channel) ? '' : `${channel} `;
    const who = to === undefined ? from : `${from} → ${to}`;
    const head = `${number}${timeOf(at, this.#now())} ${place}<${who}>`;
    return rowsOf(head, isDeleted === true ? plainText(this.lang, 'gone') : content);
  }

  isHere(channel: string): boolean {
    return foldChannel(channel) === foldChannel(this.channel);
  }
}
