import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { spokenPrompt } from '../../tools/tui/view/spoken.ts';
import { World } from './world.ts';

const at = '2026-11-22T08:00:00.000Z';

describe('one’s own account', () => {
  test('/password asks for the old one, and for the new one twice, where nobody reads them', () => {
    const world = new World().press('/password<enter>swordfish');
    assert.match(spokenPrompt(world.state), /^Your password: \*{9}$/);
    world.press('<enter>haddock');
    assert.match(spokenPrompt(world.state), /^The new password: \*{7}$/);
    world.press('<enter>haddock');
    assert.doesNotMatch(world.screen().join() + spokenPrompt(world.state), /swordfish|haddock/);
    world.taken();
    assert.deepEqual(world.press('<enter>').asked(), [{ type: 'password', old: 'swordfish', new: 'haddock' }]);
    assert.doesNotMatch(JSON.stringify(world.state), /swordfish|haddock/);
    world.answer({ type: 'password' }, { sessions_ended: 2, tokens_revoked: 1 }, true);
    assert.match(world.notices().at(-1) ?? '', /2 other sessions and 1 tokens have ended/);
  });

  test('/password asks the server nothing when the new ones differ, or one gives up', () => {
    const world = new World().press('/password<enter>swordfish<enter>haddock<enter>haddok');
    world.taken();
    assert.deepEqual(world.press('<enter>').asked(), []);
    assert.match(world.state.hint?.text ?? '', /two different passwords/);
    assert.deepEqual(world.press('/password<enter>x<enter><escape>').asked(), []);
    assert.doesNotMatch(JSON.stringify(world.state), /swordfish|haddock/);
  });

  test('/sessions lists where one is, and ends one by its number', () => {
    const world = new World();
    world.taken();
    assert.deepEqual(world.press('/sessions end 1<enter>').asked(), []);
    assert.match(world.state.hint?.text ?? '', /no such number; \/sessions/);
    assert.deepEqual(world.press('/sessions<enter>').asked(), [{ type: 'sessions' }]);
    const session = (id: string, more: object) => ({ id, kind: 'password', client: 'x\u001b[2J', created: at, last_seen: at, ...more });
    const sessions = [session('abc', { here: true, current: true }), session('def', { here: false, current: false })];
    world.answer({ type: 'sessions' }, { sessions }, true);
    assert.match(world.notices()[0] ?? '', /^1 ● password x\ufffd\[2J .* \(this one\)$/);
    assert.match(world.notices()[1] ?? '', /^2 ○ password /);
    assert.deepEqual(world.press('/sessions end 2<enter>').asked(), [{ type: 'revoke', session: 'def' }]);
  });

  test('/token lists, makes and ends bearer tokens', () => {
    const world = new World();
    const asks = (line: string) => {
      world.taken();
      return world.press(`${line}<enter>`).asked();
    };
    assert.deepEqual(asks('/token'), [{ type: 'tokens' }]);
    assert.deepEqual(asks('/token build read,post 30d'), [
      { type: 'token', name: 'build', scopes: ['read', 'post'], duration_s: 2_592_000 },
    ]);
    assert.deepEqual(asks('/token build post'), [{ type: 'token', name: 'build', scopes: ['post'] }]);
    assert.deepEqual(asks('/token end 3'), [{ type: 'revoke', token: 3 }]);
    for (const line of ['/token build', '/token build all', '/token build post soon']) assert.deepEqual(asks(line), [], line);
    assert.match(world.state.hint?.text ?? '', /read,post,manage,moderate/);
    world.answer({ type: 'token' }, { id: 1, name: 'build', scopes: ['post'], expires: at, token: 'cct_secret' }, true);
    assert.match(world.notices()[0] ?? '', /^1 build \(post\) until 22\/11 /);
    assert.equal(world.notices()[2], '  cct_secret');
    world.answer({ type: 'tokens' }, { tokens: [{ id: 1, name: 'build', scopes: ['read', 'post'], expires: at }] }, true);
    assert.match(world.notices()[3] ?? '', /^1 build \(read,post\) until /);
  });

  test('/keys lists, adds and removes, with the password; /mfa is /totp', () => {
    const world = new World();
    const asks = (line: string) => {
      world.taken();
      return world.press(`${line}<enter>`).asked();
    };
    assert.deepEqual(asks('/keys'), [{ type: 'keys' }]);
    world.answer({ type: 'keys' }, { keys: [{ fingerprint: 'SHA256:x', key: 'ssh-ed25519 AAAA alice@home', added: at }] }, true);
    assert.equal(world.notices()[0], '1 SHA256:x alice@home');
    assert.deepEqual(asks('/keys add ssh-ed25519 BBBB me<enter>swordfish'), [
      { type: 'keys', op: 'add', key: 'ssh-ed25519 BBBB me', password: 'swordfish' },
    ]);
    world.answer({ type: 'keys', op: 'add' }, { op: 'add', fingerprint: 'SHA256:y' }, true);
    assert.deepEqual(asks('/keys remove 1<enter>swordfish'), [{ type: 'keys', op: 'remove', key: 'SHA256:x', password: 'swordfish' }]);
    assert.deepEqual(asks('/keys remove 2'), []);
    assert.deepEqual(asks('/mfa'), [{ type: 'totp' }]);
  });
});
