import { plainText } from '../../../server/protocol/plain.ts';
import type { Lang } from '../../../server/protocol/texts.ts';
import type { AnswerOf } from '../../client/main.ts';
import { drawableLine } from '../text/clean.ts';
import { say } from '../texts.ts';
import type { Answered } from './answers.ts';
import { keyLines, newTokenLines, passwordLines, sessionLines, tokenLines } from './credentials.ts';
import { type Data, imposedLine, notificationLine, reportLine, reputationLine, sanctionLine } from './notes.ts';
import { totpLines, totpPicture } from './second.ts';
import { notice, type Step, step } from './step.ts';

/** What somebody asked for by a command is told in a line or two. */
export function shown([state, effects]: Step, { ask, answer }: Answered): Step {
  if (silent.has(ask.type)) return [state, effects];
  const { lang } = state.settings;
  const lines = (texts[ask.type] ?? whole)(lang, answer);
  const told = lines.length === 0 ? [say(lang, 'no-match')] : lines.slice(0, mostLines);
  const picture = ask.type === 'totp' ? totpPicture(answer) : null;
  const drawn = picture === null ? state : notice(state, picture, { tone: 'accent', isPicture: true });
  return step(
    told.reduce((was, line) => notice(was, line, { tone: 'accent' }), drawn),
    ...effects,
  );
}

const mostLines = 50;
/** What these did is seen where it was done. */
const silent: ReadonlySet<string> = new Set([
  'join',
  'create',
  'leave',
  'edit',
  'delete',
  'react',
  'history',
  'search',
  'read',
  'pin',
  'unpin',
]);

type Text = (lang: Lang, answer: Data) => string[];

const done: Text = (lang) => [say(lang, 'done')];
const imposed: Text = (lang, answer) => [imposedLine(lang, answer)];
const blocking: Text = (lang, { blocked }) => {
  const names = Array.isArray(blocked) ? blocked.map(String) : [];
  return names.length === 0 ? [] : [drawableLine(plainText(lang, 'blocking', { count: names.length, names: names.join(' · ') }))];
};
const listed =
  (key: string, line: (lang: Lang, one: Data) => string): Text =>
  (lang, answer) =>
    listOf(answer[key]).map((one) => line(lang, one));

/** Answers in words; of every other type the answer itself. */
const texts: Readonly<Record<string, Text>> = {
  channels: (_lang, answer) => (answer as AnswerOf<'channels'>).channels.map(channelLine),
  users(lang, answer) {
    const { users: names, details } = answer as AnswerOf<'users'>;
    const people = names.map((name) => withState(name, details.find(({ username }) => username === name)?.state));
    return [plainText(lang, 'here', { count: names.length, names: people.join(' · ') })];
  },
  members(lang, answer) {
    const { channel, members } = answer as AnswerOf<'members'>;
    const people = members.map((one) => withState(one.username, one.role));
    return [plainText(lang, 'members', { channel: drawableLine(channel), count: members.length, names: people.join(' · ') })];
  },
  pins: (_lang, answer) => (answer as AnswerOf<'pins'>).pins.map((pin) => drawableLine(`📌 ${pin.from}: ${pin.content}`)),
  whoami(lang, answer) {
    const { username, role } = answer as AnswerOf<'whoami'>;
    return [drawableLine(`${plainText(lang, 'you_are', { name: username ?? '' }).replace(/\.$/, '')} (${role ?? ''}).`)];
  },
  conversations: listed('conversations', (lang, one) =>
    drawableLine(`${String(one['with'])} ${plainText(lang, 'unread', { count: Number(one['unread'] ?? 0) })}`),
  ),
  notifications: listed('notifications', notificationLine),
  totp: totpLines,
  sessions: sessionLines,
  tokens: tokenLines,
  token: newTokenLines,
  keys: keyLines,
  password: passwordLines,
  status: done,
  update: done,
  invite: done,
  grant: done,
  revoke: done,
  notify: done,
  warn: imposed,
  mute: imposed,
  kick: imposed,
  ban: imposed,
  lift: (lang, { lifted }) => [plainText(lang, 'lifted', { ids: Array.isArray(lifted) ? lifted.join(', ') : '' })],
  sanctions: listed('sanctions', sanctionLine),
  reputation: (lang, answer) => [
    drawableLine(plainText(lang, 'score', { name: String(answer['username']), score: String(answer['score']) })),
    ...listOf(answer['lines']).map((one) => reputationLine(lang, one)),
  ],
  report: (lang, { report }) => [plainText(lang, 'is_reported', { report: String(report) })],
  reports: listed('reports', reportLine),
  block: blocking,
  unblock: (lang, answer) => [say(lang, 'done'), ...blocking(lang, answer)],
  level: (lang, { level }) => [plainText(lang, 'level_is', { level: String(level) })],
};

function whole(lang: Lang, { ref: _ref, ...answer }: Data): string[] {
  return Object.keys(answer).some((key) => key !== 'type' && key !== 'status')
    ? [drawableLine(JSON.stringify(answer))]
    : done(lang, answer);
}

function listOf(value: unknown): Data[] {
  return Array.isArray(value) ? value.filter((one): one is Data => typeof one === 'object' && one !== null) : [];
}

function channelLine({ name, topic, members: count, unread, joined }: AnswerOf<'channels'>['channels'][number]): string {
  const parts = [
    joined ? '●' : '○',
    name,
    count === undefined || count === 0 ? '' : `(${count})`,
    unread ? `+${unread}` : '',
    topic ? `— ${topic}` : '',
  ];
  return drawableLine(parts.filter(Boolean).join(' '));
}

function withState(name: string, state: string | undefined): string {
  return drawableLine(state === undefined || state === '' || state === 'online' || state === 'member' ? name : `${name} (${state})`);
}
