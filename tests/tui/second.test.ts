import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderUnicodeCompact } from 'uqr';
import { welcome } from '../../tools/tui/model/welcome.ts';
import { plain } from '../../tools/tui/text/style.ts';
import { picture } from '../../tools/tui/view/picture.ts';
import { spoken, spokenPrompt } from '../../tools/tui/view/spoken.ts';
import { World } from './world.ts';

const login = { address: 'a', way: 'login', name: 'alice' } as const;

/** The first questions, with the password typed. */
function refusedWith(code: 'totp_required' | 'totp_failed', why = ''): World {
  const world = new World({ isOnline: false });
  world.state = { ...world.state, mode: welcome(login) };
  world.press('swordfish<enter>');
  world.taken();
  return world.on({ kind: 'unconnected', why, code });
}

describe('an account that asks for a code', () => {
  test('is asked for it after the password, which is not asked again', () => {
    const world = refusedWith('totp_required');

    assert.ok(world.screen().some((row) => row.includes('Six digits of your authenticator')));
    assert.doesNotMatch(JSON.stringify(world.state), /swordfish/);
    world.press('<enter>').press('123 456<enter>');
    assert.deepEqual(world.taken(), [{ do: 'connect', ...login, password: '', totp: '123 456' }]);
  });

  test('is asked again when it was wrong, and says so', () => {
    const world = refusedWith('totp_failed', 'These six digits are wrong.');

    assert.ok(world.screen().some((row) => row.includes('These six digits are wrong.')));
    assert.ok(world.screen().some((row) => row.includes('Six digits of your authenticator')));
    world.press('<escape>');
    assert.ok(world.screen().some((row) => row.includes('Password (not shown')));
  });
});

describe('/totp', () => {
  const uri = `otpauth://totp/ClassCord:alice?issuer=ClassCord&secret=${'A2'.repeat(16)}&algorithm=SHA1&digits=6&period=30`;

  test('on asks for the password where nobody reads it', () => {
    const world = new World();

    world.press('/totp on<enter>swordd<backspace>fish');
    assert.ok(world.screen().some((row) => row.includes('Your password: •••••••••')));
    assert.doesNotMatch(world.screen().join() + spokenPrompt(world.state), /swordf/);
    world.press('<enter>');

    assert.deepEqual(world.asked(), [{ type: 'totp', op: 'enrol', password: 'swordfish' }]);
    assert.doesNotMatch(JSON.stringify(world.state), /swordfish/);
  });

  test('shows the secret as a picture and as text', () => {
    const world = new World({ columns: 140, rows: 60 });

    world.answer({ type: 'totp', op: 'enrol' }, { type: 'totp', op: 'enrol', secret: 'A2'.repeat(16), uri }, true);

    const rows = renderUnicodeCompact(uri, { border: 2 }).split('\n');
    assert.ok(rows.length > 20);
    const seen = picture(world.state);
    assert.ok(seen.kind !== 'whole');
    const drawn = seen.timeline.map(plain);
    const first = drawn.findIndex((row) => row.includes(rows[0] ?? '–'));
    const column = drawn[first]?.indexOf(rows[0] ?? '–') ?? -1;
    assert.deepEqual(
      rows.map((_row, at) => drawn[first + at]?.slice(column, column + (rows[0]?.length ?? 0))),
      rows,
    );
    assert.ok(drawn.some((row) => row.includes('A2A2A2A2')));
  });

  test('shows the picture only where it fits, else how much is missing; the text is always there', () => {
    const world = new World({ columns: 60, rows: 24 });
    const first = renderUnicodeCompact(uri, { border: 2 }).split('\n')[0] ?? '–';

    const before = world.state;
    world.answer({ type: 'totp', op: 'enrol' }, { type: 'totp', op: 'enrol', secret: 'A2'.repeat(16), uri }, true);

    const narrow = world.screen().join('\n');
    assert.match(narrow, /it needs 4 more/);
    assert.ok(!narrow.includes('█'));
    assert.ok(narrow.includes('A2A2A2A2'));
    assert.deepEqual(
      spoken(before, world.state).map((line) => line.slice(0, 12)),
      ['-- Scan this'],
    );
    world.on({ kind: 'resized', columns: 100, rows: 50 }).press('<f7><f8>');
    assert.ok(world.screen().some((row) => row.includes(first)));
  });

  test('with a code confirms it, and shows the recovery codes', () => {
    const world = new World();

    world.press('/totp 123 456<enter>');
    assert.deepEqual(world.asked(), [{ type: 'totp', op: 'confirm', code: '123 456' }]);
    world.answer(
      { type: 'totp', op: 'confirm' },
      { type: 'totp', op: 'confirm', enabled: true, recovery_codes: ['abc-def-ghj-kmn'] },
      true,
    );

    assert.deepEqual(world.notices().slice(-1), ['  abc-def-ghj-kmn']);
  });

  test('off takes a code and the password; alone it tells how it stands', () => {
    const world = new World();

    world.press('/totp off 123456<enter>swordfish<enter>/totp<enter>');

    assert.deepEqual(world.asked(), [{ type: 'totp', op: 'disable', code: '123456', password: 'swordfish' }, { type: 'totp' }]);
  });
});
