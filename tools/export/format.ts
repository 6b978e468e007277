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

export function formatOf(name: FormatName, { isRaw, lang }: { isRaw: boolean; lang: Lang }): Format {
  if (name === 'json') return jsonFormat();
  if (name === 'ndjson') return ndjsonFormat();
  return name === 'csv' ? csvFormat(isRaw) : htmlFormat(lang);
}

/** One array, indented by two spaces, with the keys of the course's script. */
function jsonFormat(): Format {
  let before = '\n';
  return {
    head: '[',
    rows(page) {
      let text = '';
      for (const [, , username, channel, content, timestamp] of page) {
        text += `${before}  {\n    "username": ${JSON.stringify(username)},\n    "channel": ${JSON.stringify(channel)},\n    "content": ${JSON.stringify(content)},\n    "timestamp": ${JSON.stringify(timestamp)}\n  }`;
        before = ',\n';
      }
      return text;
    },
    tail: (count) => (count === 0 ? ']\n' : '\n]\n'),
  };
}

/** One object per line. */
function ndjsonFormat(): Format {
  return {
    head: '',
    rows: (page) =>
      page.map(([, , username, channel, content, timestamp]) => `${JSON.stringify({ username, channel, content, timestamp })}\n`).join(''),
    tail: () => '',
  };
}

/** RFC 4180. Unless raw, no cell is a formula to a spreadsheet: csv-stringify sees to those that begin with one, we to those with blanks before. */
function csvFormat(isRaw: boolean): Format {
  const options = { record_delimiter: 'windows', escape_formulas: !isRaw } as const;
  const cell = isRaw ? (text: string) => text : (text: string) => (hiddenFormula.test(text) ? `'${text}` : text);
  return {
    head: 'Username,Channel,Content,Timestamp\r\n',
    rows(page) {
      if (page.length === 0) return '';
      return stringify(
        page.map(([, , username, channel, content, timestamp]) => [cell(username), cell(channel), cell(content), timestamp]),
        options,
      );
    },
    tail: () => '',
  };
}

const hiddenFormula = /^[\s\p{Cc}\p{Cf}]+[=+\-@\uff1d\uff0b\uff0d\uff20]/u;
