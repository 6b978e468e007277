import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ErrorCode } from '../../server/protocol/errors.ts';
import { type RequestType, requests } from '../../server/protocol/index.ts';
import { protocolPages, type Transcript, transcriptsOf } from '../support/transcript.ts';

/** What may meet a line of any type (docs/protocol-errors.md), so no type declares it. */
const ofEveryLine: readonly string[] = ['unknown_type', 'invalid_field', 'rate_limited', 'forbidden'] satisfies ErrorCode[];

interface Elsewhere {
  /** Tests that show it. */
  readonly shown: readonly string[];
  readonly because: string;
}

const burst = 'it takes many requests at once, of several clients, and an example is told one line after the other';
const hashes: Elsewhere = { shown: ['tests/passwords/fair-queue.test.ts'], because: burst };
const reads: Elsewhere = { shown: ['tests/store/sqlite.test.ts'], because: burst };

/** What no example can show, and why. */
const elsewhere: Readonly<Partial<Record<`${RequestType} ${ErrorCode}`, Elsewhere>>> = {
  'register server_busy': hashes,
  'login server_busy': hashes,
  'password server_busy': hashes,
  'keys server_busy': hashes,
  'message server_busy': { shown: ['tests/support/write-promises.ts', 'tests/faults/locked.test.ts'], because: burst },
  'history server_busy': reads,
  'search server_busy': reads,
  'login weak_password': {
    shown: ['tests/operator/sessions.test.ts'],
    because: 'it takes the slip of paper of a class, which the operator prints',
  },
  'react quota_exceeded': { shown: ['tests/server/reactions.test.ts'], because: 'it takes 64 different emoji' },
  'block quota_exceeded': { shown: ['tests/server/full-lists.test.ts'], because: 'it takes 500 accounts, each with a password to hash' },
  'keys quota_exceeded': {
    shown: ['tests/server/full-lists.test.ts'],
    because: 'it takes 16 keys, and each asks for the password, which may be given five times',
  },
};

test('what a request declares to be refused with is shown by an example, as the answer to a request of that type', () => {
  const shown = shownIn(protocolPages.flatMap((page) => transcriptsOf(page)));

  assert.ok(declared.length >= 200, `only ${declared.length} refusals are declared`);
  assert.deepEqual(
    declared.filter((pair) => !shown.has(pair) && !Object.hasOwn(elsewhere, pair)),
    [],
  );
});

test('no example shows a refusal that its request does not declare', () => {
  const shown = shownIn(protocolPages.flatMap((page) => transcriptsOf(page)));

  assert.deepEqual(
    [...shown].filter((pair) => !declared.includes(pair) && !ofEveryLine.includes(pair.split(' ')[1] ?? '')),
    [],
  );
});

test('each exception is declared, is shown by no example, and stands in the tests that are named', () => {
  const shown = shownIn(protocolPages.flatMap((page) => transcriptsOf(page)));

  for (const [pair, { shown: files }] of Object.entries(elsewhere)) {
    assert.ok(declared.includes(pair), pair);
    assert.ok(!shown.has(pair), `${pair} is shown by now`);
    for (const file of files) assert.ok(readFileSync(file, 'utf8').includes(pair.split(' ')[1] ?? ''), `${pair} in ${file}`);
  }
});

test('an error line counts for the request that it answers, and one that answers none counts for nothing', () => {
  const says = (client: string, line: string) => ({ client, what: 'says' as const, line, at: '' });
  const gets = (client: string, line: string) => ({ client, what: 'gets' as const, line, at: '' });
  const steps = [
    says('a', '{"type":"join","ref":"1"}'),
    says('a', '{"type":"leave","ref":"2"}'),
    says('b', '{"type":"pin","ref":"1"}'),
    gets('a', '{"type":"error","ref":"1","code":"gone",<any>}'),
    gets('b', '{"type":"error","ref":"1","code":"not_found",<any>}'),
    gets('a', '{"type":"error","code":"session_expired",<any>}'),
    says('v1', '{"type":"message"}'),
    gets('v1', '{"type": "error", "message": "…", "code": "muted"}'),
  ];

  assert.deepEqual([...shownIn([{ title: '', set: [], steps }])], ['join gone', 'pin not_found', 'message muted']);
});

const declared: readonly string[] = Object.entries(requests).flatMap(([type, { errors }]) => errors.map((code) => `${type} ${code}`));

/** Type and code of every refusal in the examples. To a v1 client, which has no `ref`, the last line that it said was refused. */
function shownIn(transcripts: readonly Transcript[]): ReadonlySet<string> {
  const shown = new Set<string>();
  for (const { steps } of transcripts) {
    const asked = new Map<string, string>();
    for (const { client, what, line } of steps) {
      if (what === 'says') {
        const { type, ref } = JSON.parse(line.replaceAll('<n>', '1')) as Readonly<Record<string, string>>;
        asked.set(`${client} ${ref ?? ''}`, String(type));
      }
      const [, code] = /"code": ?"(\w+)"/.exec(line) ?? [];
      if (what !== 'gets' || code === undefined || !/^\{"type": ?"error"/.test(line)) continue;
      const isV1 = line.startsWith('{"type": ');
      const type = asked.get(`${client} ${/"ref":"(\w+)"/.exec(line)?.[1] ?? ''}`);
      if (type !== undefined && (isV1 || line.includes('"ref":'))) shown.add(`${type} ${code}`);
    }
  }
  return shown;
}
