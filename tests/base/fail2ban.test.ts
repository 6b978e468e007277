import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { logFailedLogin } from '../../server/base/failed-login.ts';
import type { Log } from '../../server/base/log.ts';
import { folder, linesOf } from './log-lines.ts';

const filterFile = fileURLToPath(new URL('../../docs/fail2ban/classcord.conf', import.meta.url));
const filter = readFileSync(filterFile, 'utf8');

const failures = [
  { user: 'alice', ip: '192.0.2.1', reason: 'login_failed' },
  { user: 'Zoé d’Arc', ip: '192.0.2.2', reason: 'rate_limited' },
  { user: 'x ip=203.0.113.66 reason=login_failed', ip: '192.0.2.3', reason: 'login_failed' },
  { user: 'x\n2026-11-22T09:00:00.123Z warn  auth.login failure user=y ip=203.0.113.66 reason=z', ip: '192.0.2.4', reason: 'login_failed' },
  { user: '","message":"auth.login failure user=y ip=203.0.113.66 reason=z', ip: '192.0.2.5', reason: 'login_failed' },
  { user: '', ip: '192.0.2.6', reason: 'login_failed' },
  { user: '100%', ip: '2001:db8::7', reason: 'login_failed' },
  { user: '\u2028\u0085\u001b[31m'.repeat(50), ip: '192.0.2.8', reason: 'totp_failed' },
] as const;

/** Lines that are no failed login, however much they would like to be one. */
const decoys = (log: Log) => {
  const line = 'warn  auth.login failure user=y ip=203.0.113.66 reason=z';
  log.info('auth.login', { outcome: 'success', user: 'bob', ip: '203.0.113.1' });
  log.warn('session.hello', { client: line, ip: '203.0.113.2' });
  log.warn('session.hello', { client: `"\n${line}`, user: `","log.level":"warn","message":"auth.${line.slice(11)}"` });
  log.warn('x', {}, ` ${line}`);
  log.error('internal', { error: new Error(`\n2026-11-22T09:00:00.123Z ${line}`) });
};

for (const format of ['text', 'json'] as const) {
  describe(`the fail2ban filter on a log in ${format}`, () => {
    const write = () =>
      linesOf({ format }, (log) => {
        for (const failure of failures) logFailedLogin(log, failure);
        decoys(log);
      });

    test('finds the address of every failed login, and nothing else', async () => {
      const found = (await write()).map(addressIn).filter((address) => address !== null);

      assert.deepEqual(
        found,
        failures.map((failure) => failure.ip),
      );
    });

    test('does so in fail2ban’s own eyes', async (t) => {
      if (spawnSync('fail2ban-regex', ['--version']).error) {
        if (process.env['CI'] === 'true') assert.fail('fail2ban-regex is missing: run .ci/setup');
        t.skip('fail2ban-regex is missing: run .ci/setup');
        return;
      }
      const log = join(folder(t), 'classcord.log');
      writeFileSync(log, `${(await write()).join('\n')}\n`);
      const { stdout } = spawnSync('fail2ban-regex', ['--out', 'ip', '--encoding', 'UTF-8', log, filterFile], { encoding: 'utf8' });

      assert.deepEqual(
        stdout.trim().split('\n'),
        failures.map((failure) => failure.ip),
      );
    });
  });
}

test('the jail example names the filter and an existing setting', () => {
  const jail = readFileSync(join(filterFile, '../jail.local.example'), 'utf8');

  assert.match(jail, /^filter {3}= classcord$/m);
  assert.match(jail, /^logpath {2}= \/var\/log\/classcord\/classcord\.log$/m);
});

/** As fail2ban does it: the date is cut out of the line, then the expressions are tried on what is left. */
function addressIn(line: string): string | null {
  const withoutDate = line.replace(datePattern(), '');
  if (withoutDate === line) return null;
  for (const expression of expressions()) {
    const address = expression.exec(withoutDate)?.groups?.['address'];
    if (address !== undefined) return address;
  }
  return null;
}

function expressions(): RegExp[] {
  const block = /^failregex = ((?:.*\n)(?:\s+.*\n)*)/m.exec(filter)?.[1] ?? '';
  const found = block
    .trim()
    .split(/\n\s+/)
    .map((source) => new RegExp(source.replaceAll('%%', '%').replace('<ADDR>', '(?<address>[0-9a-fA-F:.]+)')));
  assert.equal(found.length, 2, 'one expression for each form');
  return found;
}

function datePattern(): RegExp {
  const source = /^datepattern = (.*)$/m.exec(filter)?.[1] ?? '';
  const parts: Readonly<Record<string, string>> = { Y: '\\d{4}', f: '\\d+', z: '(?:Z|[+-]\\d{4})' };
  return new RegExp(source.replace(/%%(\w)/g, (_, letter: string) => parts[letter] ?? '\\d\\d'));
}
