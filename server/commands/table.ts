import type { Telemetry } from '../base/telemetry.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { Accounts } from '../domain/accounts.ts';
import type { ChannelCare } from '../domain/channel-care.ts';
import type { Channels } from '../domain/channels.ts';
import type { Classes } from '../domain/classes.ts';
import type { FollowUps } from '../domain/follow-ups.ts';
import type { Guests } from '../domain/guests.ts';
import type { History } from '../domain/history.ts';
import type { KeyLogins } from '../domain/key-logins.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { Messages } from '../domain/messages.ts';
import type { Moderation } from '../domain/moderation.ts';
import type { OwnKeys } from '../domain/own-keys.ts';
import type { OwnPassword } from '../domain/own-password.ts';
import type { Presence } from '../domain/presence.ts';
import type { Sessions } from '../domain/sessions.ts';
import type { Tokens } from '../domain/tokens.ts';
import type { Totp } from '../domain/totp.ts';
import type { WebLogins } from '../domain/web-logins.ts';
import { accountCommands } from './accounts.ts';
import { channelCommands } from './channels.ts';
import { credentialCommands } from './credentials.ts';
import { editCommands } from './edits.ts';
import { followUpCommands } from './follow-ups.ts';
import { historyCommands } from './history.ts';
import { messageCommands } from './messages.ts';
import { moderationCommands } from './moderation.ts';
import { presenceCommands } from './presence.ts';
import { reputationCommand } from './reputation.ts';
import { type ResumeParts, resumeCommands } from './resume.ts';
import type { RequestTable } from './row.ts';
import { type ServerFacts, sessionCommands } from './session.ts';

/** What the handlers work with; each family takes only its own. */
export interface CommandParts {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly ownPassword: OwnPassword;
  readonly totp: Totp;
  readonly ownKeys: OwnKeys;
  readonly keyLogins: KeyLogins;
  readonly webLogins: WebLogins;
  readonly channels: Channels;
  readonly care: ChannelCare;
  readonly classes: Classes;
  readonly guests: Guests;
  readonly mailbox: Mailbox;
  readonly history: History;
  readonly messages: Messages;
  readonly followUps: FollowUps;
  readonly moderation: Moderation;
  readonly presence: Presence;
  /** Grows whenever the list of names changes. */
  readonly rosterChanges: () => number;
  readonly telemetry: Telemetry;
  readonly resume: ResumeParts;
  readonly v2: Dialect;
  readonly facts: ServerFacts;
  readonly now: () => number;
}

/** Everything that a client may ask, in one table: what is done, who may ask, what it costs. Handlers hold none of the last two. */
export function commandTable(parts: CommandParts): RequestTable {
  const session = sessionCommands({ ...parts, table: () => table });
  const resume = resumeCommands(parts.resume, parts.telemetry);
  const accounts = accountCommands({ ...parts, resumeToken: resume.token });
  const credentials = credentialCommands({ ...parts, rows: parts.resume.store.accounts }, parts.telemetry);
  const channels = channelCommands(parts);
  const messages = messageCommands(parts);
  const mostBytes = parts.facts.lineBytes - 1024;
  const edits = editCommands(parts.followUps.edits, mostBytes);
  const followUps = followUpCommands(parts.followUps, parts.channels, mostBytes);
  const history = historyCommands(parts.history);
  const presence = presenceCommands(parts);
  const moderation = moderationCommands(parts.moderation, { mostBytes, now: parts.now });
  const table: RequestTable = {
    hello: { run: session.hello, isDoor: true, access: 'anyone', cost: 1 },
    ping: { run: session.ping, isDoor: true, access: 'anyone', cost: 1 },
    pong: { run: session.pong, isDoor: true, access: 'anyone', cost: 0 },
    resume: { run: resume.resume, isDoor: true, isHeard: true, access: 'anyone', cost: 5 },
    logout: { run: resume.logout, isHeard: true, access: 'named', cost: 1 },
    help: { run: session.help, access: 'anyone', cost: 2 },

    register: { run: accounts.register, access: 'anyone', cost: 2 },
    login: { run: accounts.login, isDoor: true, isHeard: true, access: 'anyone', cost: 2 },
    whoami: { run: accounts.whoami, access: 'anyone', cost: 1 },

    password: { run: credentials.password, access: 'named', permission: 'account.credentials', cost: 5 },
    sessions: { run: credentials.sessions, access: 'named', permission: 'account.credentials', cost: 2 },
    token: { run: credentials.token, access: 'named', permission: 'account.credentials', cost: 5 },
    keys: { run: credentials.keys, access: 'named', permission: 'account.credentials', cost: 5 },
    tokens: { run: credentials.tokens, access: 'named', permission: 'account.credentials', cost: 2 },
    totp: { run: credentials.totp, access: 'named', permission: 'account.credentials', cost: 5 },

    channels: { run: channels.channels, access: 'named', permission: 'channel.list', cost: 2 },
    join: { run: channels.join, isHeard: true, access: 'named', permission: 'channel.join', cost: 2 },
    leave: { run: channels.leave, isHeard: true, access: 'named', permission: 'channel.join', cost: 1 },
    members: { run: channels.members, access: 'named', permission: 'channel.list', cost: 2 },
    create: { run: channels.create, isHeard: true, access: 'named', permission: 'channel.create', cost: 5 },
    update: { run: channels.update, isHeard: true, access: 'named', permission: 'channel.slow_mode', cost: 2 },
    invite: { run: channels.invite, access: 'named', permission: 'channel.invite', cost: 2 },
    grant: { run: channels.grant, access: 'named', permission: 'channel.roles', cost: 2 },
    revoke: {
      run: (session, request) => (request.channel === undefined ? credentials.revoke : channels.revoke)(session, request),
      access: 'named',
      permission: 'channel.roles',
      cost: 2,
    },
    notify: { run: channels.notify, access: 'named', permission: 'notifications.read', cost: 1 },

    message: { run: messages.message, prepare: messages.prepare, isPipelined: true, access: 'anyone', permission: 'message.post', cost: 1 },

    edit: { run: edits.edit, access: 'named', permission: 'message.edit_own', cost: 2 },
    delete: { run: edits.delete, access: 'named', permission: 'message.edit_own', cost: 2 },
    revisions: { run: edits.revisions, access: 'named', permission: 'message.revisions', cost: 2 },
    react: { run: followUps.react, access: 'named', permission: 'message.react', cost: 1 },
    pin: { run: followUps.pin, access: 'named', permission: 'message.pin', cost: 2 },
    unpin: { run: followUps.unpin, access: 'named', permission: 'message.pin', cost: 2 },
    pins: { run: followUps.pins, access: 'named', permission: 'history.read', cost: 2 },
    typing: { run: followUps.typing, access: 'named', permission: 'message.post', cost: 1 },
    read: { run: followUps.read, access: 'named', permission: 'notifications.read', cost: 1 },
    notifications: { run: followUps.notifications, access: 'named', permission: 'notifications.read', cost: 2 },

    history: { run: history.history, access: 'named', permission: 'history.read', cost: 5 },
    search: { run: history.search, access: 'named', permission: 'history.read', cost: 5 },
    conversations: { run: history.conversations, access: 'named', permission: 'history.read', cost: 2 },

    status: { run: presence.status, isHeard: true, access: 'named', permission: 'presence.set', cost: 1 },
    users: { run: presence.users, access: 'anyone', cost: 2 },

    warn: { run: moderation.impose, access: 'named', permission: 'channel.warn', cost: 2 },
    mute: { run: moderation.impose, access: 'named', permission: 'channel.mute', cost: 2 },
    kick: { run: moderation.impose, access: 'named', permission: 'channel.kick', cost: 2 },
    ban: { run: moderation.impose, access: 'named', permission: 'channel.ban', cost: 2 },
    lift: { run: moderation.lift, access: 'named', permission: 'channel.mute', cost: 2 },
    sanctions: { run: moderation.sanctions, access: 'named', permission: 'sanction.read_own', cost: 2 },
    reputation: {
      run: reputationCommand(parts.moderation.sanctions, { mostBytes, now: parts.now }),
      access: 'named',
      permission: 'sanction.read_own',
      cost: 2,
    },
    report: { run: moderation.report, access: 'named', permission: 'report.make', cost: 2 },
    reports: { run: moderation.reports, access: 'named', permission: 'report.read', cost: 5 },
    block: { run: moderation.block, access: 'named', permission: 'person.block', cost: 1 },
    unblock: { run: moderation.unblock, access: 'named', permission: 'person.block', cost: 1 },
    level: { run: moderation.level, access: 'named', permission: 'server.level', cost: 5 },
  };
  return table;
}
