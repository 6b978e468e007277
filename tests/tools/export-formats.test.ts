import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { formatOf } from '../../tools/export/format.ts';
import { Progress } from '../../tools/export/progress.ts';
import type { FormatName } from '../../tools/export/request.ts';
import type { Row } from '../../tools/export/rows.ts';
import { timeOf } from '../../tools/export/times.ts';

const at = '2026-09-01T08:00:00.000Z';

function written(name: FormatName, rows: readonly Row[], { isRaw = false, isFeed = false } = {}): string {
  const format = formatOf(name, { isRaw, isFeed, lang: 'en' });
  // Page by page, as it is read.
  return format.head + rows.map((row) => format.rows([row])).join('') + format.rows([]) + format.tail(rows.length);
}

const row = (content: string, username = 'bob', channel = '#general'): Row => [1, 7, username, channel, content, at];

/** Any text that a database can hold. */
const text = fc.string({ unit: 'binary' }).map((value) => value.toWellFormed());
const anyRow = fc.tuple(fc.nat(), fc.nat(), text, text, text, fc.constant(at));

describe('json and ndjson', () => {
  test('give back every text', () => {
    fc.assert(
      fc.property(fc.array(anyRow), (rows) => {
        const wanted = rows.map(([, , username, channel, content, timestamp]) => ({ username, channel, content, timestamp }));
        assert.deepEqual(JSON.parse(written('json', rows)), wanted);
        const lines = written('ndjson', rows).split('\n').slice(0, -1);
        assert.deepEqual(
          lines.map((line) => JSON.parse(line) as unknown),
          wanted,
        );
      }),
    );
  });
});

describe('a feed, of which each file goes on where the last one stopped', () => {
  const changed: Row = [3, 9, 'bob', '#general', '', at, 'deleted'];

  test('gives every message its id, and says what became of one that was told before', () => {
    const isFeed = true;
    const keys = { username: 'bob', channel: '#general', timestamp: at };
    const wanted = [
      { ...keys, content: 'hi', id: 7 },
      { ...keys, content: '', id: 9, change: 'deleted' },
    ];

    assert.deepEqual(JSON.parse(written('json', [row('hi'), changed], { isFeed })), wanted);
    const lines = written('ndjson', [row('hi'), changed], { isFeed })
      .split('\n')
      .slice(0, -1);
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      wanted,
    );
    assert.deepEqual(cellsOf(written('csv', [row('hi'), changed], { isFeed })), [
      ['Username', 'Channel', 'Content', 'Timestamp', 'Id', 'Change'],
      ['bob', '#general', 'hi', at, '7', ''],
      ['bob', '#general', '', at, '9', 'deleted'],
    ]);
    assert.match(written('html', [changed], { isFeed }), /<p id="m9">.*<i>deleted<\/i><\/p>/);
  });
});

describe('csv', () => {
  test('gives back every text to a reader of RFC 4180', () => {
    fc.assert(
      fc.property(fc.array(anyRow), (rows) => {
        assert.deepEqual(cellsOf(written('csv', rows, { isRaw: true })), [
          ['Username', 'Channel', 'Content', 'Timestamp'],
          ...rows.map(([, , ...cells]) => cells),
        ]);
      }),
    );
  });

  const formulas = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    ' =1',
    '\n=1',
    '\r\n=1',
    '\u00a0=1',
    '\u200b=1',
    '＝1',
    ' ＋1',
    '\u0000@x',
  ];
  for (const formula of formulas) {
    test(`a cell that reads ${JSON.stringify(formula)} is no formula`, () => {
      const [, cells = []] = cellsOf(written('csv', [row(formula)]));

      assert.equal(cells[2], `'${formula}`);
      assert.equal(cellsOf(written('csv', [row(formula)], { isRaw: true }))[1]?.[2], formula);
    });
  }

  test('no cell of any text begins with a formula', () => {
    fc.assert(
      fc.property(anyRow, (one) => {
        const [, cells = []] = cellsOf(written('csv', [one]));
        for (const cell of cells) assert.doesNotMatch(cell, /^[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u);
      }),
    );
  });

  test('what is no formula stays as it is', () => {
    for (const content of ['a=b', '1-2', "'quoted", 'émile@example.org', '# title']) {
      assert.equal(cellsOf(written('csv', [row(content)]))[1]?.[2], content);
    }
  });
});

describe('html', () => {
  test('is one file with a heading per channel and day and an anchor per message, and needs nothing from elsewhere', () => {
    const page = written('html', [row('hello'), [2, 8, 'eve', '#general', 'later', '2026-09-02T08:00:00.000Z'], row('hi', 'bob', '#dev')]);

    assert.deepEqual(
      [...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, name]) => name),
      ['#general', '#dev'],
    );
    assert.equal([...page.matchAll(/<h3>/g)].length, 3);
    assert.match(page, /<p id="m8"><a href="#m8">/);
    assert.match(page, /<footer>3 messages<\/footer>/);
    assert.doesNotMatch(page, /<script|<link|<img|@import|url\(|https?:/);
    assert.equal([...page.matchAll(/<section>/g)].length, [...page.matchAll(/<\/section>/g)].length);
  });

  test('shows as text whatever somebody wrote', () => {
    const page = written('html', [row('<script>alert("x")</script>\u202e\u0007&amp;', '<b>', '"><i>')]);

    assert.match(page, /&#60;script&#62;alert\(&#34;x&#34;\)&#60;\/script&#62;\ufffd\ufffd&#38;amp;/);
    assert.doesNotMatch(page, /<script|<i>|<b>|[\u202e\u0007]/);
  });

  test('a time that is none is shown as it is', () => {
    assert.match(written('html', [[1, 1, 'a', '#b', 'c', 'long <ago>']]), /<h3>long &#60;ago&#62;<\/h3>/);
  });
});

describe('times', () => {
  const now = new Date(2026, 10, 22, 9, 30);
  const time = (written: string, isEnd = false) => timeOf(written, { now, isEnd })?.getTime() ?? null;

  test('are days of this place, times with or without a zone, and so long ago', () => {
    assert.equal(time('2026-11-22'), new Date(2026, 10, 22).getTime());
    assert.equal(time('2026-11-22', true), new Date(2026, 10, 23).getTime());
    assert.equal(time('2026-11-22T09:00'), new Date(2026, 10, 22, 9).getTime());
    assert.equal(time('2026-11-22 09:00:01.5'), new Date(2026, 10, 22, 9, 0, 1, 500).getTime());
    assert.equal(time('2026-11-22T09:00:00.123Z'), Date.UTC(2026, 10, 22, 9, 0, 0, 123));
    assert.equal(time('2026-11-22T09:00+02:00'), Date.UTC(2026, 10, 22, 7));
    assert.equal(time('90m'), now.getTime() - 90 * 60_000);
    assert.equal(time('7d'), now.getTime() - 7 * 86_400_000);
  });

  test('are refused when they do not exist', () => {
    for (const wrong of ['', 'now', '2026', '2026-13-01', '2026-02-29', '2026-11-22T25:00', '2026-11-22T09:60', '-1d', '1y', '22/11/2026'])
      assert.equal(time(wrong), null, wrong);
  });
});

describe('the progress bar', () => {
  const draw = (options: { readonly isTTY?: boolean; readonly columns?: number; readonly hasColor?: boolean }) => {
    let screen = '';
    const write = (written: string) => (screen += written);
    const progress = new Progress({ write, ...options }, 2000, { lang: 'fr', hasColor: options.hasColor ?? true });
    const drawn = () => screen;
    return { progress, drawn };
  };

  test('is drawn on a terminal, over itself, and gone at the end', async () => {
    const { progress, drawn } = draw({ isTTY: true });
    await new Promise((resolve) => setTimeout(resolve, 120));
    progress.at(1000);

    assert.match(drawn(), /^\r\u001b\[2K\u001b\[36m█{12}░{12}\u001b\[0m 50 % {2}1\u202f000 \/ 2\u202f000 {2}[\d\u202f]+\/s$/);
    progress.end();
    assert.ok(drawn().endsWith('\r\u001b[2K'));
  });

  test('has no colour where none is wanted, no bar where it is narrow, and is nothing in a file', async () => {
    const [plain, narrow, file] = [draw({ isTTY: true, hasColor: false }), draw({ isTTY: true, columns: 30 }), draw({})];
    await new Promise((resolve) => setTimeout(resolve, 120));
    for (const { progress } of [plain, narrow, file]) progress.at(2000);
    for (const { progress } of [plain, narrow, file]) progress.end();

    assert.doesNotMatch(plain.drawn(), /\u001b\[36m/);
    assert.match(plain.drawn(), /█{24} 100 %/);
    assert.doesNotMatch(narrow.drawn(), /█/);
    assert.equal(file.drawn(), '');
  });
});

/** The cells of a CSV text, read by the letter of RFC 4180. */
function cellsOf(csv: string): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  let rest = csv;
  while (rest !== '') {
    const [whole = '', quoted, plain, end = ''] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [];
    assert.notEqual(whole, '', `no CSV: ${JSON.stringify(rest.slice(0, 40))}`);
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') {
      rows.push(cells);
      cells = [];
    }
    rest = rest.slice(whole.length);
  }
  return rows;
}

test('CSV is what csv-stringify makes of it, whatever a message begins or goes on with', () => {
  const pieces = [
    '',
    'a',
    ' ',
    '"',
    ',',
    '\r',
    '\n',
    '\r\n',
    '=',
    '+',
    '-',
    '@',
    '\t',
    '＝',
    '＠',
    '\u200b',
    '\ud800',
    '😀',
    "'",
    ';',
    '#',
    '0',
  ];
  const contents = pieces.flatMap((one) => pieces.flatMap((two) => pieces.slice(0, 9).map((three) => one + two + three)));
  const rows = contents.map((content, index): Row => [index, index, 'bob', '#general', content, '2026-09-01T08:00:00.000Z']);
  const csv = formatOf('csv', { isRaw: true, isFeed: false, lang: 'en' }).rows(rows);
  const cells = rows.map(([, , ...row]) => row);

  assert.equal(csv, stringify(cells, { record_delimiter: 'windows', quoted_match: /[\r\n]/ }));
  const safe = formatOf('csv', { isRaw: false, isFeed: false, lang: 'en' });
  for (const row of rows) {
    const hidden = /^[\s\p{Cc}\p{Cf}]+[=+\-@\uff1d\uff0b\uff0d\uff20]/u.test(row[4]) ? `'${row[4]}` : row[4];
    const wanted = stringify([[row[2], row[3], hidden, row[5]]], {
      record_delimiter: 'windows',
      escape_formulas: true,
      quoted_match: /[\r\n]/,
    });
    assert.equal(safe.rows([row]), wanted, JSON.stringify(row[4]));
  }
});
