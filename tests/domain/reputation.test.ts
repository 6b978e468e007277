import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineInWords, reputationOf } from '../../server/domain/reputation.ts';
import type { Sanction } from '../../server/store/store.ts';

const now = Date.UTC(2026, 8, 30, 8);
const dayMs = 86_400_000;

function row(kind: Sanction['kind'], daysAgo: number, more: Partial<Sanction> = {}): Sanction {
  const nobody = { accountId: 2, guest: null, network: null, username: 'bob', channelId: null, channel: null };
  return {
    id: 1,
    kind,
    ...nobody,
    reason: 'flood',
    by: 'automod',
    at: now - daysAgo * dayMs,
    until: null,
    liftedBy: null,
    liftedAt: null,
    ...more,
  };
}

test('an empty ledger is a full reputation', () => {
  assert.deepEqual(reputationOf([], now), { score: 100, lines: [] });
});

test('each sanction costs by its kind, and half of what is left is forgotten every 30 days', () => {
  const ledger = [row('warn', 0), row('mute', 30), row('kick', 60), row('ban', 300)];
  const { score, lines } = reputationOf(ledger, now);

  assert.deepEqual(
    lines.map((line) => line.now),
    [5, 5, 3.8, 0],
  );
  assert.equal(score, 86.2);
  assert.equal(reputationOf(ledger, now + 3650 * dayMs).score, 100);
});

test('the lines add up to what is missing', () => {
  const ledger = [1, 3, 7, 11, 19, 42].map((days) => row('mute', days));
  const { score, lines } = reputationOf(ledger, now);

  assert.equal(Math.round((score + lines.reduce((sum, line) => sum + line.now, 0)) * 10) / 10, 100);
});

test('what was lifted costs nothing, nobody falls below 0, and a clock that was put back forgives nothing', () => {
  assert.equal(reputationOf([row('ban', 1, { liftedBy: 'alice', liftedAt: now })], now).score, 100);
  assert.equal(reputationOf(Array(10).fill(row('ban', 0)), now).score, 0);
  assert.equal(reputationOf([row('warn', -5)], now).score, 95);
});

test('each line says in words what it is', () => {
  const words = (sanction: Sanction, lang: 'en' | 'fr') => reputationOf([sanction], now).lines.map((line) => lineInWords(line, lang))[0];

  assert.equal(words(row('warn', 0), 'en'), 'Warning of today: −5.');
  assert.equal(words(row('mute', 30), 'en'), 'Mute of 30 days ago: cost 10, half of it is forgotten every 30 days, −5 is left.');
  assert.equal(words(row('kick', 30), 'fr'), 'Renvoi d’il y a 30 jours : coûtait 15, oublié de moitié tous les 30 jours, il reste −7.5.');
  assert.equal(words(row('ban', 3, { liftedAt: now }), 'fr'), 'Bannissement, levé : ne coûte rien.');
});
