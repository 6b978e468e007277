import { stringify } from 'csv-stringify/sync';
import type { Lang } from '../../server/protocol/texts.ts';
import { htmlFormat } from './html.ts';
import type { FormatName } from './request.ts';
import type { Row } from './rows.ts';

/** A file format, written from beginning to end: `head`, then `rows` for each page, then `tail`. One object for one file. */
export interface Format {
  readonly head: string;
  rows(page: readonly Row[]): string;
  tail(count: number): string;
}

export interface FormatOptions {
  /** CSV cells as they are, formulas included. */
  readonly isRaw: boolean;
  /** One of several files that go on with each other: messages have their ids, and may be told again when they have changed. */
  readonly isFeed: boolean;
  readonly lang: Lang;
}

export function formatOf(name: FormatName, { isRaw, isFeed, lang }: FormatOptions): Format {
  if (name === 'json') return jsonFormat(isFeed);
  if (name === 'ndjson') return ndjsonFormat(isFeed);
  return name === 'csv' ? csvFormat(isRaw, isFeed) : htmlFormat(lang);
}

/** One array, indented by two spaces, with the keys of the course's script. */
function jsonFormat(isFeed: boolean): Format {
  let before = '\n';
  return {
    head: '[',
    rows(page) {
      let text = '';
      for (const row of page) {
        const [, , username, channel, content, timestamp] = row;
        text += `${before}  {\n    "username": ${JSON.stringify(username)},\n    "channel": ${JSON.stringify(channel)},\n    "content": ${JSON.stringify(content)},\n    "timestamp": ${JSON.stringify(timestamp)}`;
        text += `${isFeed ? feedKeys(row, ',\n    ', ': ') : ''}\n  }`;
        before = ',\n';
      }
      return text;
    },
    tail: (count) => (count === 0 ? ']\n' : '\n]\n'),
  };
}

/** One object per line. */
function ndjsonFormat(isFeed: boolean): Format {
  const line = (row: Row) => {
    const [, , username, channel, content, timestamp] = row;
    const text = JSON.stringify({ username, channel, content, timestamp });
    return isFeed ? `${text.slice(0, -1)}${feedKeys(row, ',', ':')}}\n` : `${text}\n`;
  };
  return { head: '', rows: (page) => page.map(line).join(''), tail: () => '' };
}

/** What a message of a feed has besides. */
function feedKeys([, id, , , , , change]: Row, before: string, is: string): string {
  return `${before}"id"${is}${id}${change === undefined ? '' : `${before}"change"${is}"${change}"`}`;
}

/** RFC 4180. Unless raw, no cell is a formula to a spreadsheet: csv-stringify sees to those that begin with one, we to those with blanks before. */
function csvFormat(isRaw: boolean, isFeed: boolean): Format {
  // Left to itself, csv-stringify quotes a CRLF but neither half of it alone.
  const options = { record_delimiter: 'windows', escape_formulas: !isRaw, quoted_match: /[\r\n]/ } as const;
  const cell = isRaw ? (text: string) => text : (text: string) => (hiddenFormula.test(text) ? `'${text}` : text);
  return {
    head: `Username,Channel,Content,Timestamp${isFeed ? ',Id,Change' : ''}\r\n`,
    rows(page) {
      let text = '';
      for (const [, id, username, channel, content, timestamp, change = ''] of page) {
        const cells = isFeed ? [username, channel, content, timestamp, String(id), change] : [username, channel, content, timestamp];
        // Most rows need no more than quotes: csv-stringify, which costs more than all the rest, sees those that may be formulas.
        text += cells.every(isHarmless) ? `${cells.map(quoted).join(',')}\r\n` : stringify([cells.map(cell)], options);
      }
      return text;
    },
    tail: () => '',
  };
}

/** No formula to any spreadsheet, and nothing that csv-stringify would touch but for quotes. */
function isHarmless(text: string): boolean {
  return text === '' || harmless.test(text);
}
const harmless = /^[^\s\p{C}=+\-@\uff1d\uff0b\uff0d\uff20]/u;

function quoted(text: string): string {
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
const needsQuotes = /[",\r\n]/;

const hiddenFormula = /^[\s\p{Cc}\p{Cf}]+[=+\-@\uff1d\uff0b\uff0d\uff20]/u;
