import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { operatorVerbs } from '../../server/operator/table.ts';
import { openedOnce } from '../support/opened-once.ts';
import { startServer } from '../support/server.ts';
import { folder, type RunOptions, run } from '../tools/cli-run.ts';

/** One command line, in the order in which they are typed, and how it ends. */
type Step = readonly [args: readonly string[], exit: number, options?: RunOptions];

/** Every verb, succeeding and refused; `FOLDER` stands for the folder of the roster. */
const steps: readonly Step[] = [
  [['user', 'create', 'prof', '--role', 'admin'], 0, { stdin: 'a long password\n' }],
  [['user', 'create', 'alice'], 0, { stdin: 'correct horse\n' }],
  [['user', 'create', 'Alice'], 7, { stdin: 'correct horse\n' }],
  [['user', 'create', 'serveur'], 2, { stdin: 'x\n' }],
  [['user', 'create', 'bob', '--one-time'], 0],
  [['user', 'create', 'nobody'], 2],
  [['user', 'list'], 0],
  [['user', 'list', '--limit', '1', '--after', 'alice', '--json'], 0],
  [['user', 'list', '--limit', 'many'], 2],
  [['user', 'role', 'alice', 'moderator', '--dry-run'], 0],
  [['user', 'role', 'alice', 'moderator'], 0],
  [['user', 'role', 'alice', 'emperor'], 2],
  [['user', 'role', 'prof', 'user'], 7],
  [['user', 'role', 'carol', 'user'], 6],
  [['user', 'passwd', 'alice'], 0, { stdin: 'another horse\n' }],
  [['user', 'passwd', 'alice'], 2, { stdin: '\n' }],
  [['user', 'passwd', 'alice', '--one-time', '--json'], 0],
  [['user', 'rename', 'bob', 'Robert'], 0],
  [['user', 'rename', 'Robert', 'alice'], 7],
  [['user', 'rename', 'Robert', 'robert'], 0],
  [['user', 'keys', 'robert'], 0],
  [['user', 'keys', 'nobody'], 6],
  [['user', 'totp-reset', 'robert'], 6],
  [['user', 'totp-reset', 'nobody'], 6],
  [['user', 'lock', 'robert', '--reason', 'see me first'], 0],
  [['user', 'lock', 'prof'], 7],
  [['user', 'show', 'robert'], 0],
  [['user', 'unlock', 'robert', '--lang', 'fr'], 0],
  [['token', 'create', 'alice', 'build results', '--scope', 'post', '--dry-run'], 0],
  [['token', 'create', 'alice', 'build results', '--scope', 'post', '--scope', 'read', '--days', '30'], 0],
  [['token', 'create', 'alice', 'x', '--scope', 'everything'], 2],
  [['token', 'create', 'alice', 'x'], 2],
  [['token', 'create', 'nobody', 'x', '--scope', 'read'], 6],
  [['token', 'list'], 0],
  [['token', 'list', 'alice', '--json'], 0],
  [['token', 'list', 'nobody'], 6],
  [['token', 'revoke', '1', '--dry-run'], 0],
  [['token', 'revoke', '1'], 0],
  [['token', 'revoke', '1'], 6],
  [['channel', 'create', 'projects', '--topic', 'Who builds what', '--owner', 'alice'], 0],
  [['channel', 'create', '#Projects'], 7],
  [['channel', 'create', 'a b'], 2],
  [['channel', 'create', 'staff', '--private', '--dry-run'], 0],
  [['channel', 'create', 'staff', '--private'], 0],
  [['channel', 'grant', 'staff', 'prof', 'owner'], 0],
  [['channel', 'grant', 'staff', 'nobody', 'owner'], 6],
  [['channel', 'set', 'projects', '--slow-mode-s', '10', '--read-only', 'on', '--retention-days', '30'], 0],
  [['channel', 'set', 'projects', '--slow-mode-s', '-1'], 2],
  [['channel', 'show', 'projects'], 0],
  [['channel', 'show', 'nowhere'], 6],
  [['channel', 'archive', 'projects'], 0],
  [['channel', 'archive', 'general'], 5],
  [['channel', 'list'], 0],
  [['channel', 'list', '--archived', '--json'], 0],
  [['channel', 'restore', '#projects'], 0],
  [['class', 'create', 'bts2', '--roster', 'FOLDER/roster.csv', '--teacher', 'prof', '--dry-run'], 0],
  [['class', 'create', 'bts2', '--roster', 'FOLDER/roster.csv', '--teacher', 'prof'], 0],
  [['class', 'create', 'bts2', '--roster', 'FOLDER/roster.csv'], 7],
  [['class', 'create', 'bts3', '--roster', 'FOLDER/missing.csv'], 2],
  [['class', 'create', 'bts3', '--roster', 'FOLDER/twice.csv'], 2],
  [['class', 'list'], 0],
  [['class', 'show', 'bts2'], 0],
  [['class', 'close', 'bts2'], 2],
  [['class', 'close', 'bts2', '--yes'], 0],
  [['class', 'close', 'bts2', '--yes'], 7],
  [['mod', 'warn', 'alice', '--reason', 'no insults'], 0],
  [['mod', 'warn', 'alice'], 2],
  [['mod', 'mute', 'alice', '--for', '10m', '--reason', 'flooding', '--dry-run'], 0],
  [['mod', 'mute', 'alice', '--for', '10m', '--reason', 'flooding', '--json'], 0],
  [['mod', 'mute', 'alice', '--for', 'long', '--reason', 'x'], 2],
  [['mod', 'mute', 'nobody', '--reason', 'x'], 6],
  [['mod', 'mute', 'robert', '--channel', 'projects', '--reason', 'here only'], 0],
  [['mod', 'kick', 'alice', '--reason', 'not here'], 6],
  [['mod', 'kick', 'alice', '--reason', 'not here', '--dry-run'], 6],
  [['mod', 'ban', '--address', '192.0.2.0/24', '--reason', 'scanner'], 0],
  [['mod', 'ban', '--address', '0.0.0.0/0', '--reason', 'all'], 2],
  [['mod', 'ban', '--address', '0.0.0.0/0', '--reason', 'all', '--dry-run'], 2],
  [['mod', 'ban', 'robert', '--address', '192.0.2.1', '--channel', 'projects', '--reason', 'both', '--dry-run'], 2],
  [['mod', 'ban', '--reason', 'whom'], 2],
  [['mod', 'ban', 'robert', '--for', '7d', '--reason', 'third time'], 0],
  [['mod', 'ledger'], 0],
  [['mod', 'ledger', 'alice', '--json'], 0],
  [['mod', 'ledger', 'nobody'], 6],
  [['mod', 'lift', '2', '--dry-run'], 0],
  [['mod', 'lift', '2'], 0],
  [['mod', 'lift', '2'], 6],
  [['mod', 'lift', 'two'], 2],
  [['mod', 'lift'], 2],
  [['mod', 'lift', '--username', 'robert'], 2],
  [['mod', 'lift', '2', '--username', 'robert'], 2],
  [['mod', 'lift', '--username', 'robert', '--kind', 'mute'], 6],
  [['mod', 'lift', '--username', 'robert', '--kind', 'mute', '--channel', 'projects', '--dry-run'], 0],
  [['mod', 'lift', '--username', 'robert', '--kind', 'mute', '--channel', 'projects', '--json'], 0],
  [['mod', 'lift', '--username', 'robert', '--kind', 'mute', '--channel', 'projects'], 6],
  [['mod', 'reports'], 0],
  [['mod', 'resolve', '1'], 6],
  [['mod', 'level'], 0],
  [['mod', 'level', '2', '--reason', 'fire drill'], 0],
  [['mod', 'level', '7'], 2],
  [['mod', 'level', '--json'], 0],
  [['mod', 'level', '5'], 0],
  [['automod', 'check'], 2],
  [['automod', 'enable', '--dry-run'], 0],
  [['automod', 'check', '--lang', 'fr'], 2],
  [['automod', 'init'], 0],
  [['automod', 'init'], 7],
  [['automod', 'check'], 0],
  [['automod', 'enable', '--json'], 0],
  [['automod', 'enable'], 0],
  [['automod', 'check', '--json'], 0],
  [['automod', 'init', '--force', '--dry-run'], 0],
  [['automod', 'disable'], 0],
  [['user', 'delete', 'robert'], 2],
  [['user', 'delete', 'robert', '--dry-run'], 0],
  [['user', 'delete', 'robert', '--yes'], 0],
  [['user', 'delete', 'robert', '--yes'], 6],
  [['user', 'create', 'Robert'], 7, { stdin: 'correct horse\n' }],
  [['user', 'delete', 'prof', '--yes'], 7],
  [['user', 'delete', 'alice'], 0, { stdin: 'y\n', isTyped: true }],
  [['user', 'list', '--json'], 0],
  [['audit', 'list', '--json'], 0],
  [['audit', 'list', '--action', 'account.lock', '--since', '2026-01-01'], 0],
  [['audit', 'list', '--since', 'yesterday'], 2],
  [['audit', 'verify'], 0],
  [['audit', 'verify', '--head', 'f'.repeat(64), '--json'], 65],
  [['audit', 'verify', '--head', 'no hash'], 2],
];

/** What differs from one run to the next: times, and what is made by chance. */
function settled(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\b[0-9a-f]{64}\b/g, 'HASH')
    .replace(/cct_[\w-]{43}/g, 'TOKEN')
    .replace(/[a-z2-9]{3}(-[a-z2-9]{3}){3}/g, 'SLIP')
    .replace(/\b[A-HJ-NP-Z2-9]{8}\b/g, 'CODE0000');
}

/** Runs them all on one data folder; what each wrote, without what chance makes. */
async function runAll(data: string, rosters: string, shared: RunOptions = {}): Promise<readonly string[]> {
  const wrote: string[] = [];
  for (const [args, exit, options] of steps) {
    const line = args.map((arg) => arg.replace('FOLDER', rosters));
    const { code, stdout, stderr } = await run([...line, '--data', data], { ...shared, ...options });
    assert.equal(code, exit, `${line.join(' ')}: ${stdout}${stderr}`);
    wrote.push(settled(`${args.join(' ')} → ${code}\n${stdout}${stderr}`.replaceAll(rosters, 'FOLDER').replaceAll(data, 'DATA')));
  }
  return wrote;
}

test('every verb does the same through a running server and on a database at rest', async (t) => {
  const rosters = folder(t);
  writeFileSync(join(rosters, 'roster.csv'), 'name;group\nÉlodie Martin;web\n"Hugo Petit";réseau\nalice;web\n');
  writeFileSync(join(rosters, 'twice.csv'), 'Hugo\nhugo\n');
  const { folder: served } = await startServer(t);
  const data = join(folder(t), 'data');
  const once = openedOnce();
  t.after(() => once.close());

  const live = await runAll(served, rosters);
  const atRest = await runAll(data, rosters, once);
  await once.close();
  const alone = await run(['channel', 'list', '--data', data]);

  assert.deepEqual(atRest, live);
  assert.match(alone.stdout, /^channel .*\n#general .*\n#projects /);
  assert.deepEqual(
    readdirSync(data).sort(),
    ['automod.toml', 'classcord.db', 'classcord.db-mark', 'classcord.db-seal', 'classcord.lock', 'cloak.key', 'totp.key'],
    'files that were left behind',
  );
});

test('every verb of the table is tried, and refused at least once where it can be', () => {
  const typed = new Set(steps.map(([[noun, verb]]) => `${noun} ${verb}`));
  const inner = Object.entries(operatorVerbs).filter(([, verb]) => 'isInner' in verb && verb.isInner === true);

  assert.deepEqual(
    [...typed].sort(),
    Object.keys(operatorVerbs)
      .filter((name) => !inner.some(([own]) => own === name))
      .sort(),
  );
});
