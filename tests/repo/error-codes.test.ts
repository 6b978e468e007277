import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type ErrorCode, type ErrorRow, errorCodes } from '../../server/protocol/errors.ts';
import { langs, text } from '../../server/protocol/texts.ts';

/** HTTP status, exit code and flags that programs rely on. Add a line with a new code; never change or remove one. */
const promised: Readonly<Record<string, string>> = {
  bad_json: '400 2',
  invalid_utf8: '400 2',
  line_too_long: '413 2 fatal',
  unknown_type: '400 2',
  invalid_field: '422 2',
  not_authenticated: '401 5',
  login_failed: '401 5',
  already_exists: '409 7',
  name_taken: '409 7',
  invalid_name: '422 2',
  weak_password: '422 2',
  totp_required: '401 5',
  totp_failed: '401 5',
  session_expired: '401 5',
  tls_required: '403 5 fatal',
  server_changed: '502 9',
  forbidden: '403 5',
  muted: '403 5',
  banned: '403 5',
  not_member: '403 5',
  read_only: '403 5',
  not_found: '404 6',
  conflict: '409 7',
  gone: '410 6',
  too_large: '413 2',
  quota_exceeded: '429 5 retryable',
  rate_limited: '429 5 retryable',
  slow_mode: '429 5 retryable',
  slow_consumer: '503 8 fatal retryable',
  server_busy: '503 8 retryable',
  too_many_connections: '503 8 fatal retryable',
  idle_timeout: '408 8 fatal retryable',
  draining: '503 8 fatal retryable',
  storage_unavailable: '503 8 retryable',
  unreachable: '503 8 retryable',
  internal: '500 70 retryable',
};
const names = Object.keys(errorCodes) as ErrorCode[];

test('error codes are only ever added, and keep their numbers and flags', () => {
  const flags = ({ http, exit, fatal, retryable }: ErrorRow) =>
    [http, exit, fatal && 'fatal', retryable && 'retryable'].filter(Boolean).join(' ');

  assert.deepEqual(Object.fromEntries(names.map((name) => [name, flags(errorCodes[name])])), promised);
});

test('every error code stands in docs/protocol.md, in its table', () => {
  const rows = readFileSync('docs/protocol.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));

  assert.deepEqual(
    names.filter((name) => !rows.some((row) => row.startsWith(`| \`${name}\` |`))),
    [],
  );
});

test('every error code is lower_snake and has a text for people in each language', () => {
  for (const name of names) {
    assert.match(name, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    const said = langs.map((lang) => text(lang, name));
    assert.ok(
      said.every((line) => line.length > 0),
      name,
    );
    assert.equal(new Set(said).size, langs.length, `${name} is not translated`);
  }
});
