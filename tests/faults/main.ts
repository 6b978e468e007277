import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brokenBuilds, makeBroken } from '../support/broken-builds.ts';
import type { FaultRow } from '../support/fault.ts';
import { faults } from '../support/fault-table.ts';

/**
 * `npm run faults [-- F7 F8] [--quick] [--broken NAME] [--list]`: makes the faults of the matrix, as often as it says, and prints what
 * became of it. Fails when anything was lost or doubled, when a program failed, or when a fault did not happen.
 */
const folder = fileURLToPath(new URL('.', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, list: { type: 'boolean' }, broken: { type: 'string' } },
});

if (values.list === true) {
  for (const [id, { doc, file }] of Object.entries(faults)) print(`${id.padEnd(4)} ${doc} (${file})`);
  for (const [name, { doc, foundBy }] of Object.entries(brokenBuilds))
    print(`--broken ${name}: ${doc} (${Object.keys(foundBy).join(' ')})`);
} else {
  process.exitCode = values.broken === undefined ? await healthy(positionals) : await broken(values.broken);
}

/** All must be well. */
async function healthy(asked: readonly string[]): Promise<number> {
  const unknown = asked.filter((id) => !(id in faults));
  if (unknown.length > 0) {
    print(`There is no fault ${unknown.join(', ')}; --list names them.`);
    return 2;
  }
  const results = await runAll(asked.length > 0 ? asked : Object.keys(faults), null);
  printTable(results);
  return results.every(isWell) ? 0 : 1;
}

/** The faults that are to find it must, each for the reason that is known of it. */
async function broken(name: string): Promise<number> {
  const build = makeBroken(name);
  try {
    const foundBy = brokenBuilds[name]?.foundBy ?? {};
    const results = await runAll(Object.keys(foundBy), build);
    printTable(results);
    const blind = results
      .filter((result) => isWell(result) || !foundBy[result.id]?.test(readFileSync(result.log, 'utf8')))
      .map(({ id }) => id);
    print(blind.length === 0 ? `${name}: found by all.` : `${name}: NOT found by ${blind.join(', ')}.`);
    return blind.length === 0 ? 0 : 1;
  } finally {
    rmSync(dirname(build), { recursive: true, force: true });
  }
}

interface Result {
  readonly id: string;
  readonly rows: readonly FaultRow[];
  readonly hasPassed: boolean;
  readonly log: string;
}

/** All its faults were made, and nothing is lost. */
function isWell({ id, rows, hasPassed }: Result): boolean {
  const isWhole = values.quick === true ? rows.length > 0 : rows.length === (faults[id]?.rows ?? 1);
  return hasPassed && isWhole && rows.every(({ happened, book }) => happened > 0 && (book === null || book.lost + book.doubled === 0));
}

/** One after the other: they are heavy, and some measure. */
async function runAll(ids: readonly string[], build: string | null): Promise<readonly Result[]> {
  const work = mkdtempSync(join(tmpdir(), 'classcord-faults-'));
  print(`Logs are in ${work}.`);
  const results: Result[] = [];
  for (const id of ids) {
    const result = await runOne(id, work, build);
    print(`${id}: ${isWell(result) ? 'well' : `NOT WELL, see ${result.log}`}`);
    results.push(result);
  }
  return results;
}

async function runOne(id: string, work: string, build: string | null): Promise<Result> {
  const rowsFile = join(work, `${id}.rows`);
  const log = join(work, `${id}.log`);
  const out = openSync(log, 'w');
  const env = {
    ...process.env,
    // What a fault is made with must be there: a program that is skipped says nothing.
    CI: 'true',
    CLASSCORD_FAULT_ROWS: rowsFile,
    ...(values.quick === true ? {} : { CLASSCORD_FAULTS: 'long' }),
    ...(build === null ? {} : { CLASSCORD_BUILD: build }),
  };
  const args = ['--import', 'tsx', '--test', '--test-timeout=3600000', '--test-reporter=spec'];
  const child = spawn(process.execPath, [...args, join(folder, faults[id]?.file ?? '')], { env, stdio: ['ignore', out, out] });
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = existsSync(rowsFile) ? readFileSync(rowsFile, 'utf8').trimEnd().split('\n') : [];
  return { id, rows: lines.map((line) => JSON.parse(line) as FaultRow), hasPassed: code === 0, log };
}

function printTable(results: readonly Result[]): void {
  const head = ['fault', 'what was done', 'happened', 'acked', 'lost', 'doubled', 'time', '', 'note'];
  const rows = results.flatMap((result) => {
    const verdict = isWell(result) ? 'ok' : 'FAILED';
    if (result.rows.length === 0) return [[result.id, faults[result.id]?.doc ?? '', '0', '', '', '', '', verdict, '']];
    return result.rows.map(({ fault, done, happened, book, tookMs, note }) =>
      [
        fault,
        done,
        happened,
        book?.acked ?? '–',
        book?.lost ?? '–',
        book?.doubled ?? '–',
        `${Math.round(tookMs / 1000)} s`,
        verdict,
        note,
      ].map(String),
    );
  });
  print(`\n| ${head.join(' | ')} |\n|${head.map(() => ' --- ').join('|')}|`);
  for (const row of rows) print(`| ${row.join(' | ')} |`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
