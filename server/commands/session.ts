import type { Dialect } from '../dialect/dialect.ts';
import { auditedAs } from '../domain/audit.ts';
import type { Channels } from '../domain/channels.ts';
import { may, permissionMatrix } from '../domain/permissions.ts';
import type { Presence } from '../domain/presence.ts';
import { agreeOn } from '../protocol/capabilities.ts';
import { cleanText } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import { frenchDocs } from '../protocol/french.ts';
import { isRequestType, type RequestOf, type RequestType, type Result, requests } from '../protocol/index.ts';
import { wire } from '../protocol/limits.ts';
import { defaultChannel } from '../protocol/names.ts';
import { type Lang, langOf } from '../protocol/texts.ts';
import type { Session } from '../session/session.ts';
import { named } from './named.ts';
import type { RequestTable } from './row.ts';
import { covers, needOf } from './scopes.ts';

/** What `hello` tells about this server. */
export interface ServerFacts {
  /** `classcord/1.0.0` */
  readonly server: string;
  readonly node: string;
  readonly lineBytes: number;
  readonly contentBytes: number;
  readonly messagesPerMinute: number;
  readonly pingSeconds: number;
}

/** The requests of the connection itself. `table` is the command table, of which `help` is made. */
export function sessionCommands(parts: {
  v2: Dialect;
  channels: Channels;
  presence: Presence;
  facts: ServerFacts;
  now: () => number;
  table: () => RequestTable;
}) {
  const { facts } = parts;
  return {
    async hello(session: Session, request: RequestOf<'hello'>): Promise<Result> {
      const { caps, unknown } = agreeOn(request.caps ?? []);
      const homes = await parts.channels.homes(session.person?.accountId ?? null);
      session.signal.throwIfAborted();
      session.dialect = parts.v2;
      session.caps = new Set(caps);
      session.client = request.client ?? '';
      session.lang = langOf(request.lang, session.lang);
      if (session.person !== null) {
        parts.presence.upgrade(session.sessionId);
        parts.channels.restore(named(session), homes);
      }
      return {
        version: 2,
        server: facts.server,
        node: facts.node,
        caps,
        ...(unknown.length > 0 ? { unknown_caps: unknown.map(cleanText) } : {}),
        auth: ['password', 'totp', 'token', 'key'],
        limits: {
          line_bytes: facts.lineBytes,
          content_bytes: facts.contentBytes,
          history_page: wire.historyPage,
          messages_per_minute: facts.messagesPerMinute,
          ping_seconds: facts.pingSeconds,
        },
        default_channel: defaultChannel,
        time: new Date(parts.now()).toISOString(),
      };
    },

    ping: (): Result => ({}),
    pong: (): Result => ({}),

    help(session: Session, request: RequestOf<'help'>): Result {
      const { topic } = request;
      if (topic === undefined)
        return {
          requests: allowed(session, parts.table()).map((type) => describe(type, parts.table(), session.lang)),
          permissions: permissionTable(),
        };
      if (topic === 'permissions') return { permissions: permissionTable() };
      if (!isRequestType(topic)) throw new ChatError('not_found');
      return { requests: [describe(topic, parts.table(), session.lang)] };
    },
  };
}

/** The types that this session may send now. */
function allowed(session: Session, table: RequestTable): RequestType[] {
  const role = session.person?.role ?? 'guest';
  return (Object.keys(table) as RequestType[]).filter((type) => {
    const { access, permission } = table[type];
    const isCovered = covers(needOf(requests[type].example as never), session.credential?.scopes ?? null);
    return isCovered && (access === 'anyone' || session.person !== null) && (permission === undefined || may(permission, { role }));
  });
}

/** Who may do what, and how it stands in the audit: the table that the guards ask. */
function permissionTable(): Result[] {
  return permissionMatrix().map(({ permission, roles }) => ({ permission, roles, audit: auditedAs[permission] }));
}

function describe(type: RequestType, table: RequestTable, lang: Lang): Result {
  const { schema, example, errors, doc } = requests[type];
  const fields = Object.entries(schema.shape).filter(([name]) => name !== 'type' && name !== 'word');
  return {
    type,
    doc: lang === 'fr' ? frenchDocs[type] : doc,
    fields: Object.fromEntries(fields.map(([name, field]) => [name, field.isOptional() ? 'optional' : 'required'])),
    permission: table[type].permission ?? null,
    errors,
    example,
  };
}
