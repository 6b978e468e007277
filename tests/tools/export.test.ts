import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { type ExportRequest, requestOf } from '../../tools/export/request.ts';
import { pagesOf } from '../../tools/export/rows.ts';
import { findSources, openDatabase } from '../../tools/export/source.ts';
import { type ChatDatabase, chatDatabase, listed } from './chat-database.ts';
import { folder, type Ran, type RunOptions, run } from './cli-run.ts';

/** The class of the examples. */
async function classroom(t: Parameters<typeof chatDatabase>[0]): Promise<ChatDatabase> {
  const database = await chatDatabase(t);
  await database.say('#general', 'Élodie', 'Bonjour à tous');
  await database.say('#dev', 'bob', 'ss -tulpn ?');
  await database.say('#general', 'bob', 'salut "toi",\nça va');
  return database;
}

function exporting({ data }: { readonly data: string }, cwd: string, options: RunOptions = {}): (line: string) => Promise<Ran> {
  return (line) => run(`export ${line} --data ${data}`, { cwd, ...options });
}

describe('the forms of the course’s script', () => {
  test('“json CHANNEL” writes messages_<channel>_<date>-<time>.json with its four keys, indented by two, and ends with the count', async (t) => {
    const cwd = folder(t);
    const { code, stdout, stderr } = await exporting(await classroom(t), cwd)('json general');

    const [name = ''] = listed(cwd);
    assert.match(name, /^messages_general_\d{8}-\d{6}\.json$/);
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `JSON export finished: 2 messages exported to ${name}\n`, stderr: '' });
    assert.equal(
      readFileSync(join(cwd, name), 'utf8'),
      `[
  {
    "username": "Élodie",
    "channel": "#general",
    "content": "Bonjour à tous",
    "timestamp": "2026-09-01T08:00:00.000Z"
  },
  {
    "username": "bob",
    "channel": "#general",
    "content": "salut \\"toi\\",\\nça va",
    "timestamp": "2026-09-01T08:02:00.000Z"
  }
]
`,
    );
  });

  test('“csv CHANNEL FILE” writes that file under the header of the course', async (t) => {
    const cwd = folder(t);
    const { code } = await exporting(await classroom(t), cwd)('csv #Général out.csv');

    assert.equal(code, 0);
    assert.equal(
      readFileSync(join(cwd, 'out.csv'), 'utf8'),
      'Username,Channel,Content,Timestamp\r\nÉlodie,#general,Bonjour à tous,2026-09-01T08:00:00.000Z\r\n' +
        'bob,#general,"salut ""toi"",\nça va",2026-09-01T08:02:00.000Z\r\n',
    );
  });

  test('without a channel all public ones are exported, by channel and time, and none is in the file’s name', async (t) => {
    const cwd = folder(t);
    await exporting(await classroom(t), cwd)('json');

    const [name = ''] = listed(cwd);
    assert.match(name, /^messages_\d{8}-\d{6}\.json$/);
    const messages = JSON.parse(readFileSync(join(cwd, name), 'utf8')) as { channel: string; username: string }[];
    assert.deepEqual(
      messages.map(({ channel, username }) => `${channel} ${username}`),
      ['#dev bob', '#general Élodie', '#general bob'],
    );
  });

  test('“list” names the public channels with their counts, in the reader’s language', async (t) => {
    const database = await classroom(t);
    await database.channel('#secret', 'private');
    await database.channel('#quiet');
    const go = exporting(database, folder(t));

    assert.equal((await go('list')).stdout, 'Channels:\n- #dev: 1 messages\n- #general: 2 messages\n- #quiet: 0 messages\n');
    assert.match((await go('list --lang fr')).stdout, /^Canaux disponibles :\n- #dev : 1 messages\n/);
  });
});

describe('options', () => {
  test('several --channel are exported together, however they are spelled', async (t) => {
    const { stdout } = await exporting(await classroom(t), folder(t))('--ndjson --channel DEV --channel #general -o -');

    assert.equal(stdout.split('\n').length - 1, 3);
  });

  test('--since is in, --until is not, --user is a name however it is spelled', async (t) => {
    const go = exporting(await classroom(t), folder(t));
    const contents = async (line: string) =>
      (await go(`--ndjson -o - ${line}`)).stdout
        .split('\n')
        .filter(Boolean)
        .map((text) => (JSON.parse(text) as { content: string }).content);

    assert.deepEqual(await contents('--since 2026-09-01T08:01:00Z --until 2026-09-01T08:02:00Z'), ['ss -tulpn ?']);
    assert.deepEqual(await contents('--since 2026-09-01T10:00:00+02:00 --user ÉLODIE'), ['Bonjour à tous']);
    assert.deepEqual(await contents('--since 1d --until 2020-01-01T00:00:00Z'), []);
  });

  test('a day of --until is included, a file of nothing is still a file of its format', async (t) => {
    const cwd = folder(t);
    const go = exporting(await classroom(t), cwd);

    await go('--json -o day.json --until 2026-09-01');
    await go('--json -o none.json --until 2026-08-31');

    assert.equal((JSON.parse(readFileSync(join(cwd, 'day.json'), 'utf8')) as unknown[]).length, 3);
    assert.equal(readFileSync(join(cwd, 'none.json'), 'utf8'), '[]\n');
  });

  test('-o - writes the messages alone to standard output; the closing line goes beside them', async (t) => {
    const cwd = folder(t);
    const { stdout, stderr } = await exporting(await classroom(t), cwd)('--ndjson --channel dev -o - --lang fr');

    assert.equal(stdout, '{"username":"bob","channel":"#dev","content":"ss -tulpn ?","timestamp":"2026-09-01T08:01:00.000Z"}\n');
    assert.equal(stderr, 'Exportation NDJSON terminée : 1 messages exportés dans la sortie standard\n');
    assert.deepEqual(listed(cwd), []);
  });

  test('on a terminal nothing that somebody wrote steers it', async (t) => {
    const database = await chatDatabase(t);
    await database.say('#general', 'eve', 'a\u001b[2Jb\u009b1mc\u202ed');
    const { stdout } = await exporting(database, folder(t), { isTerminal: true })('--csv -o -');

    assert.match(stdout, /,a\\u001b\[2Jb\\u009b1mc\\u202ed,/);
  });
});

describe('files', () => {
  test('an existing file is replaced by force only, whole and with nothing left beside it', async (t) => {
    const cwd = folder(t);
    const go = exporting(await classroom(t), cwd);
    writeFileSync(join(cwd, 'out.json'), 'mine');

    const refused = await go('--json -o out.json');
    assert.deepEqual([refused.code, refused.stdout], [7, '']);
    assert.equal(refused.stderr, 'classcord: out.json exists already; --force replaces it, -o FILE names another\n');
    assert.equal(readFileSync(join(cwd, 'out.json'), 'utf8'), 'mine');

    assert.equal((await go('--json -o out.json --force')).code, 0);
    assert.equal((JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8')) as unknown[]).length, 3);
    assert.deepEqual(listed(cwd), ['out.json']);
  });

  test('a forced export replaces what a link points to, and never a device', async (t) => {
    const cwd = folder(t);
    const go = exporting(await classroom(t), cwd);
    writeFileSync(join(cwd, 'real.json'), 'old');
    symlinkSync('real.json', join(cwd, 'link.json'));

    await go('--json -o link.json --force');
    assert.match(readFileSync(join(cwd, 'real.json'), 'utf8'), /^\[/);
    assert.equal((await go('--json -o /dev/null --force')).code, 2);
    assert.ok(statSync('/dev/null').isCharacterDevice());
  });
});

describe('the database', () => {
  test('is read while its writer runs, and what comes meanwhile is for the next export', async (t) => {
    const database = await classroom(t);
    const request = requestOf({ ndjson: true }, [], { now: new Date(), lang: 'en' }) as ExportRequest;
    const db = openDatabase(database.file, 'en');
    t.after(() => db.close());
    const contents: string[] = [];

    for (const { rows } of pagesOf(db, findSources(db, request, 'en'), { ...request, afterId: 0 })) {
      contents.push(...rows.map(([, , , , content]) => content));
      await database.say('#general', 'bob', 'meanwhile');
    }
    assert.deepEqual(contents, ['ss -tulpn ?', 'Bonjour à tous', 'salut "toi",\nça va']);
    assert.equal(await database.store.messages.count(), 5);
  });

  test('of a line that is longer than a page is read whole, and so is a channel of many pages', async (t) => {
    const database = await chatDatabase(t);
    for (let index = 0; index < 2100; index++) await database.say('#general', 'bob', index % 700 === 0 ? 'é'.repeat(300_000) : `m${index}`);
    const { stdout } = await exporting(database, folder(t))('--ndjson -o -');

    const lengths = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { content: string }).content.length);
    assert.equal(lengths.length, 2100);
    assert.equal(lengths.filter((length) => length === 300_000).length, 3);
  });

  test('is read when nobody runs it, and left exactly as it was', async (t) => {
    const database = await classroom(t);
    await database.stop();
    const before = readFileSync(database.file);
    const { code, stdout } = await exporting(database, folder(t))('--ndjson -o -');

    assert.equal(code, 0);
    assert.equal(stdout.split('\n').length - 1, 3);
    assert.deepEqual(listed(database.data), ['classcord.db', 'classcord.db-mark']);
    assert.ok(readFileSync(database.file).equals(before));
  });

  test('of a newer program is refused with exit 65, and one of another program too', async (t) => {
    const database = await classroom(t);
    await database.stop();
    const set = (version: number) => {
      const db = new Sqlite(database.file);
      db.pragma(`user_version = ${version}`);
      db.close();
    };
    const go = exporting(database, folder(t));

    set(9999);
    assert.match((await go('--json')).stderr, /has schema 9999, this program knows \d+ at most/);
    set(0);
    assert.equal((await go('--json')).code, 65);
  });

  test('of the first schema is read as well', async (t) => {
    const data = folder(t);
    const db = new Sqlite(join(data, 'classcord.db'));
    db.exec(readFileSync(join(import.meta.dirname, '../../server/store/migrations/sqlite/0001_core.sql'), 'utf8'));
    db.exec(`
      INSERT INTO messages VALUES (1, 1, 1, 'u1', 'bob', '#general', 'old', '2026-09-01T08:00:00.000Z');
      UPDATE channels SET last_seq = 1; UPDATE counters SET value = 1; PRAGMA user_version = 1`);
    db.close();

    assert.match((await exporting({ data }, folder(t))('--ndjson -o -')).stdout, /^[^\n]*"old"[^\n]*\n$/);
  });
});

test('the help of export and exporter is there in English and French', async () => {
  for (const command of ['export', 'exporter']) {
    const [en, fr] = [await run(`${command} --help`), await run(`${command} --help --lang fr`)];
    const french = new Set(fr.stdout.split('\n').map((line) => line.trim()));
    const same = en.stdout.split('\n').filter((line) => french.has(line.trim()) && line.trim() !== '' && !/^ *classcord /.test(line));

    assert.match(en.stdout, new RegExp(`^Examples:\\n {2}classcord ${command}\\s`));
    assert.deepEqual([en.code, fr.code, same], [0, 0, []]);
  }
});

describe('bad input', () => {
  const wrong: readonly (readonly [line: string, text: RegExp])[] = [
    ['', /choose a format: --json, --csv, --ndjson or --html/],
    ['--json --csv', /one format at a time: json, csv/],
    ['json --html', /one format at a time: html, json/],
    ['xml', /“xml” is none of json, csv, ndjson, html, list/],
    ['list general', /list takes no channel/],
    ['json general out.json extra', /too many arguments/],
    ['json general --channel dev', /the channel is given twice/],
    ['json general out.json -o x.json', /the file is given twice/],
    ['--json --private bob --channel dev', /--private and --channel exclude each other/],
    ['--json --raw', /--raw is for CSV alone/],
    ['--json -o', /a value is missing/],
    ['--json --state=', /the name of a file is empty/],
    ['--json --user=', /the name of a person is empty/],
    ['--json --user typo', /nobody is called “typo”/],
    ['--json --private=', /the name of a person is empty/],
    ['--json --since yesterday', /--since yesterday is no time/],
    ['--json --until 2026-02-30', /--until 2026-02-30 is no time/],
    ['--json --since 2026-09-02 --until 2026-09-01', /is not before --until/],
    ['--json --channel nope', /there is no channel “nope”; there are: #dev #general/],
    ['--json --private nobody', /nobody is called “nobody”/],
    ['--json -o missing/out.json', /the folder of missing\/out\.json does not exist/],
    ['--json -o folder', /folder is a folder or a device/],
    ['--json --data missing', /there is no database .*missing\/classcord\.db/],
    ['--jsn', /unknown option --jsn; did you mean --json\?/],
  ];
  for (const [line, text] of wrong) {
    test(`“classcord export ${line}” is one line and exit 2, and nothing is written`, async (t) => {
      const cwd = folder(t);
      mkdirSync(join(cwd, 'folder'));
      const { data, stop } = await classroom(t);
      const { code, stdout, stderr } = await run(`export --data ${data} ${line}`, { cwd });

      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, text);
      assert.equal(stderr.split('\n').length, 2, stderr);
      await stop();
      assert.deepEqual([listed(cwd), listed(join(cwd, 'folder'))], [['folder'], []]);
    });
  }

  test('is told in French to those who read French', async (t) => {
    const go = exporting(await classroom(t), folder(t), { env: { LANG: 'fr_FR.UTF-8' } });

    assert.equal((await go('--json --channel nope')).stderr, 'classcord: il n’y a pas de canal « nope » ; il y a : #dev #general\n');
    assert.match((await go('--json --since hier')).stderr, /^classcord: --since hier n’est pas une date/);
  });
});
