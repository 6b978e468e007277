import { type SanctionKind, sanctionKinds } from '../protocol/moderation.ts';
import type { PlainModerationCommand } from '../protocol/plain-moderation.ts';
import type { Result } from '../protocol/result.ts';
import { timeFirst } from '../protocol/typed-time.ts';
import { listOf, told } from './plain-answers.ts';
import type { Talk } from './plain-talk.ts';
import { ask, numberOf, type Reading, split } from './plain-words.ts';

/** `NAME [TIME] [#CHANNEL] REASON`; of a ban also a network, told by its `/` or `:`, which no name has. */
function sanction(type: SanctionKind): Reading {
  return (text, talk) => {
    const [target, afterTarget] = split(text);
    const time = type === 'warn' ? { seconds: null, rest: afterTarget } : timeFirst(afterTarget);
    if (time === 'unclear') return { rows: talk.say('no_time', { word: split(afterTarget)[0].slice(0, 32) }) };
    const { seconds } = time;
    const [channel, reason] = placed(time.rest);
    if (target === '' || reason === '') return null;
    const isNetwork = type === 'ban' && /[/:]/.test(target);
    const request = {
      type,
      ...(isNetwork ? { address: target } : { username: target }),
      ...(seconds === null ? {} : { duration_s: seconds }),
      ...channel,
      reason,
    };
    return ask(request, ([result]) => talk.say('imposed', { id: told(result?.['id']), end: endOf(talk, type, result?.['until']) }));
  };
}

/** Until when it holds, so that nobody takes a sanction without end for one of ten minutes. */
function endOf(talk: Talk, kind: SanctionKind, until: unknown): string {
  if (typeof until === 'string') return `, ${talk.word('until', { time: talk.time(until) })}`;
  return kind === 'mute' || kind === 'ban' ? `, ${talk.word('until_lifted')}` : '';
}

/** A channel at the beginning of a text, and the rest. */
function placed(text: string): readonly [{ readonly channel?: string }, string] {
  const [first, rest] = split(text);
  return first.startsWith('#') ? [{ channel: first }, rest] : [{}, text];
}

/** What is typed about moderation, as requests. */
export const moderationReadings: Readonly<Record<PlainModerationCommand, Reading>> = {
  warn: sanction('warn'),
  mute: sanction('mute'),
  kick: sanction('kick'),
  ban: sanction('ban'),
  lift: (text, talk) => {
    const [first, rest] = split(text);
    const id = rest === '' ? numberOf(first) : null;
    const [kind, place] = split(rest);
    if (id === null && kind === '') return null;
    const request = id === null ? { username: first, kind, ...placed(place)[0] } : { id };
    return ask({ type: 'lift', ...request }, ([result]) => {
      const ids = Array.isArray(result?.['lifted']) ? result['lifted'].join(', ') : '';
      return talk.say('lifted', { ids });
    });
  },
  sanctions: (text, talk) =>
    ask({ type: 'sanctions', ...named(text) }, (results) => rowsOr(results, 'sanctions', { talk, row: sanctionRow })),
  reputation: (text, talk) =>
    ask({ type: 'reputation', ...named(text) }, (results) => [
      ...talk.say('score', { name: told(results[0]?.['username']), score: told(results[0]?.['score']) }),
      ...results.flatMap((result) => listOf(result['lines'])).flatMap((line) => reputationRow(talk, line)),
    ]),
  report: (text, talk) => {
    const [first, reason] = split(text);
    const id = numberOf(first);
    if (id === null || reason === '') return null;
    return ask({ type: 'report', id, reason }, ([result]) => talk.say('is_reported', { report: told(result?.['report']) }));
  },
  reports: (_text, talk) => ask({ type: 'reports' }, (results) => rowsOr(results, 'reports', { talk, row: reportRows })),
  resolve: (text, talk) => {
    const id = numberOf(split(text)[0]);
    return id === null ? null : ask({ type: 'reports', resolve: id }, () => talk.say('done'));
  },
  block: (text, talk) => ask({ type: 'block', ...named(text) }, ([result]) => blocking(talk, result)),
  unblock: (text, talk) => {
    const { username } = named(text);
    return username === undefined ? null : ask({ type: 'unblock', username }, ([result]) => blocking(talk, result));
  },
  level: (text, talk) => {
    const [first, reason] = split(text);
    const level = first === '' ? {} : { level: numberOf(first) ?? first };
    return ask({ type: 'level', ...level, ...(reason === '' ? {} : { reason }) }, ([result]) =>
      talk.say('level_is', { level: told(result?.['level']) }),
    );
  },
};

function named(text: string): { readonly username?: string } {
  const [username] = split(text);
  return username === '' ? {} : { username };
}

function rowsOr(
  results: readonly Result[],
  key: string,
  { talk, row }: { readonly talk: Talk; readonly row: (talk: Talk, one: Result) => string[] },
): string[] {
  const rows = results.flatMap((result) => listOf(result[key])).flatMap((one) => row(talk, one));
  return rows.length === 0 ? talk.say('nothing') : rows;
}

/** `2 [12:01] mute bob #general (alice, until [12:11]): flood` */
function sanctionRow(talk: Talk, one: Result): string[] {
  const { id, username, address, channel, by, until, lifted_by: liftedBy, active } = one;
  const end = until === undefined ? '' : talk.word('until', { time: talk.time(told(until)) });
  const state =
    liftedBy !== undefined ? talk.word('lifted_by', { name: told(liftedBy) }) : active !== true && end !== '' ? talk.word('over') : end;
  const about = [told(by), state].filter((part) => part !== '').join(', ');
  const what = [told(id), talk.time(told(one['timestamp'])), kindOf(talk, one['kind']), told(username), told(address), told(channel)];
  return talk.rows(`${what.filter((part) => part !== '').join(' ')} (${about}):`, told(one['reason']));
}

/** `1 [12:01] warning −5: flood`, in the language of this talk. */
function reputationRow(talk: Talk, line: Result): string[] {
  return talk.rows(
    `${told(line['id'])} ${talk.time(told(line['timestamp']))} ${kindOf(talk, line['kind'])} −${told(line['now'])}:`,
    told(line['reason']),
  );
}

function kindOf(talk: Talk, kind: unknown): string {
  return talk.word(`kind_${sanctionKinds.find((each) => each === kind) ?? 'warn'}`);
}

function reportRows(talk: Talk, one: Result): string[] {
  const message = (one['message'] ?? {}) as Result;
  const to = message['to'] === undefined ? {} : { to: told(message['to']) };
  const channel = message['channel'] === undefined ? {} : { channel: told(message['channel']) };
  return [
    ...talk.rows(`${told(one['report'])} ${talk.time(told(one['timestamp']))} ${told(one['by'])}:`, told(one['reason'])),
    ...talk.message({
      at: Date.parse(told(message['timestamp'])),
      from: told(message['from']),
      content: told(message['content']),
      id: Number(message['id']),
      ...to,
      ...channel,
    }),
  ];
}

function blocking(talk: Talk, result: Result | undefined): string[] {
  const blocked = result?.['blocked'];
  const names = Array.isArray(blocked) ? (blocked as string[]) : [];
  return names.length === 0 ? talk.say('nothing') : talk.say('blocking', { count: names.length, names: names.join(' · ') });
}

/** A sanction that was missed, from the inbox. */
export function sanctionNote(talk: Talk, { sanction: kind, by, channel, reason, until }: Result): string[] {
  const end = until === undefined ? '' : talk.word('until', { time: talk.time(told(until)) });
  const about = [told(by), end].filter((part) => part !== '').join(', ');
  return talk.rows(`* ${[kindOf(talk, kind), told(channel)].filter((part) => part !== '').join(' ')} (${about}):`, told(reason));
}
