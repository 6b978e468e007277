import type { Moderation } from '../domain/moderation.ts';
import { demand } from '../domain/permissions.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import type { SanctionKind } from '../protocol/moderation.ts';
import type { ResultLines } from '../protocol/result.ts';
import type { Session } from '../session/session.ts';
import type { Report, Sanction } from '../store/store.ts';
import { named } from './named.ts';
import { pagesOf } from './pages.ts';

/** The requests of moderation. */
export function moderationCommands(
  { sanctions, reports, blocks, emergency }: Moderation,
  { mostBytes, now }: { mostBytes: number; now: () => number },
) {
  async function impose(session: Session, request: RequestOf<SanctionKind>): Promise<Result> {
    const { person } = named(session);
    const { type: kind, username, reason, channel, duration_s } = request;
    const address = request.type === 'ban' ? request.address : undefined;
    const durationMs = duration_s === undefined ? undefined : duration_s * 1000;
    const sanction = await sanctions.impose({ kind, by: person, target: { username, address }, reason, durationMs, channel });
    const { kind: _, active, ...told } = listedAs(sanction, now());
    return told;
  }

  return {
    impose,

    async lift(session: Session, { id, username, kind, channel }: RequestOf<'lift'>): Promise<Result> {
      const { person } = named(session);
      if (id === undefined && username === undefined) throw new ChatError('invalid_field', { field: 'id' });
      if (id !== undefined) return { lifted: (await sanctions.lift(person, { id })).map((sanction) => sanction.id) };
      if (kind === undefined) throw new ChatError('invalid_field', { field: 'kind' });
      const lifted = await sanctions.lift(person, { username: username ?? '', kind, channel });
      return { lifted: lifted.map((sanction) => sanction.id) };
    },

    async sanctions(session: Session, { username, active }: RequestOf<'sanctions'>): Promise<ResultLines> {
      const caller = named(session);
      const isAll = active === true && username === undefined;
      const found = isAll
        ? await sanctions.inForce(caller.person)
        : await sanctions.ledger(caller.person, username === undefined ? { caller } : { username });
      const listed = found.map((sanction) => listedAs(sanction, now()));
      const shown = active === true ? listed.filter((one) => one['active'] === true) : listed;
      return pagesOf('sanctions', shown, { place: { username: isAll ? undefined : (username ?? caller.person.name) }, mostBytes });
    },

    async report(session: Session, { id, reason }: RequestOf<'report'>): Promise<Result> {
      return { id, report: await reports.report(named(session), id, reason) };
    },

    async reports(session: Session, { resolve }: RequestOf<'reports'>): Promise<ResultLines> {
      const { person } = named(session);
      if (resolve !== undefined) await reports.resolve(person, resolve);
      return pagesOf('reports', (await reports.open(person)).map(reportAs), { place: {}, mostBytes });
    },

    async block(session: Session, { username }: RequestOf<'block'>): Promise<Result> {
      const caller = named(session);
      const name = username === undefined ? undefined : await blocks.block(caller, username);
      return { username: name, blocked: blocks.of(caller) };
    },

    async unblock(session: Session, { username }: RequestOf<'unblock'>): Promise<Result> {
      const caller = named(session);
      return { username: await blocks.unblock(caller, username), blocked: blocks.of(caller) };
    },

    async level(session: Session, { level, reason }: RequestOf<'level'>): Promise<Result> {
      const { person } = named(session);
      if (level === undefined) demand('server.level', person);
      else await emergency.set(person, level, reason);
      return { level: emergency.level, reason: emergency.reason || undefined };
    },
  };
}

function listedAs({ id, kind, username, network, channel, reason, by, at, until, liftedBy, liftedAt }: Sanction, now: number): Result {
  const lasts = kind === 'mute' || kind === 'ban' || until !== null;
  return {
    id,
    kind,
    username: username ?? undefined,
    address: network ?? undefined,
    channel: channel ?? undefined,
    reason,
    by,
    timestamp: new Date(at).toISOString(),
    until: until === null ? undefined : new Date(until).toISOString(),
    lifted_by: liftedBy ?? undefined,
    lifted_at: liftedAt === null ? undefined : new Date(liftedAt).toISOString(),
    active: lasts && liftedAt === null && (until === null || until > now),
  };
}

function reportAs({ id, messageId, kind, place, from, content, messageAt, reportedBy, reason, at }: Report): Result {
  const where = kind === 'channel' ? { channel: place } : { to: place };
  const message = { id: messageId, ...where, from, content, timestamp: messageAt };
  return { report: id, message, by: reportedBy, reason, timestamp: new Date(at).toISOString() };
}
