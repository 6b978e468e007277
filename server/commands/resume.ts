import type { Telemetry } from '../base/telemetry.ts';
import type { Bus } from '../bus/bus.ts';
import type { Admittance } from '../domain/admittance.ts';
import type { Channels } from '../domain/channels.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import { accountKey, type Named } from '../domain/people.ts';
import type { Presence } from '../domain/presence.ts';
import type { Missed, Published, Replay, ReplayRoom } from '../domain/replay.ts';
import type { Sessions } from '../domain/sessions.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import { fold, foldChannel } from '../protocol/names.ts';
import type { ResumeBook, Standpoint } from '../session/resume-book.ts';
import type { Session } from '../session/session.ts';
import type { PersonKey, Store } from '../store/store.ts';
import { named } from './named.ts';

export interface ResumeParts {
  readonly store: Pick<Store, 'accounts' | 'messages'>;
  readonly bus: Bus;
  readonly channels: Channels;
  readonly mailbox: Mailbox;
  readonly presence: Presence;
  readonly published: Published;
  readonly replay: Replay;
  readonly resumes: ResumeBook;
  readonly sessions: Sessions;
  readonly admittance: Admittance;
}

/** What a client says that it has seen, and how much of the rest it is told. */
interface Seen {
  readonly seen: Readonly<Record<string, number>>;
  readonly room: ReplayRoom;
}

/** The requests that outlive a connection. */
export function resumeCommands(parts: ResumeParts, telemetry: Pick<Telemetry, 'resumed' | 'resumeFailed'>) {
  const { store, bus, channels, mailbox, presence, published, replay, resumes, sessions, admittance } = parts;

  /** A token with which this session can be taken up after a cut. */
  async function token(session: Session): Promise<string> {
    const { sessionId, credential } = session;
    const { fold, key } = named(session).person;
    const lastId = await store.messages.lastId();
    return resumes.issue(sessionId, () => ({
      sessionId,
      fold,
      credential,
      channels: new Map([...session.channels].map((id) => [id, published.lastSeq(id)])),
      lastPrivate: Math.max(published.lastPrivate(key) ?? lastId, session.replayedUpTo),
    }));
  }

  /** Of `seen` the private conversations, `@` and a name, by the key of the other; there is nothing of who is no account. */
  async function seenPrivately(seen: Readonly<Record<string, number>>): Promise<Record<PersonKey, number>> {
    const found = Object.entries(seen).map(async ([name, seq]): Promise<[PersonKey, number][]> => {
      const account = name.startsWith('@') ? await store.accounts.find(fold(name.slice(1))) : null;
      return account === null ? [] : [[accountKey(account.id), seq]];
    });
    return Object.fromEntries((await Promise.all(found)).flat());
  }

  /** Each channel that the session was in, from where the client says that it was, or from the last line that it was sent. */
  async function replayAll(caller: Named, { channels: was }: Standpoint, { seen, room }: Seen): Promise<Missed> {
    const seenByFold = new Map(Object.entries(seen).map(([name, seq]) => [name.startsWith('@') ? name : foldChannel(name), seq]));
    let replayed = 0;
    const gaps: Missed['gaps'][number][] = [];
    for (const [id, sent] of was) {
      const channel = await channels.byId(caller, id);
      if (channel === null) continue;
      const missed = await replay.channel(caller, channel, { seen: seenByFold.get(channel.fold) ?? sent, room });
      replayed += missed.replayed;
      gaps.push(...missed.gaps);
    }
    return { replayed, gaps };
  }

  async function takeUp(session: Session, request: RequestOf<'resume'>): Promise<Result> {
    if (session.person !== null) throw new ChatError('conflict');
    const was = resumes.redeem(request.token);
    const account = was === null ? null : await store.accounts.find(was.fold);
    if (was === null || account === null) throw new ChatError('session_expired');
    const { credential } = was;
    session.credential = credential;
    if (credential !== null) sessions.enter(session, credential);
    bus.publish({ to: { session: was.sessionId }, event: { type: 'end', reason: 'replaced', code: 'session_expired' } });
    if (credential !== null) await sessions.takeUp(session, credential);
    await presence.makeWay(session.sessionId, account);
    session.signal.throwIfAborted();
    admittance.enter(session, account);
    const key = accountKey(account.id);
    const seen = await seenPrivately(request.seen);
    return mailbox.enter(key, async () => {
      const room = replay.room();
      const told = await replay.privately(session.sessionId, key, { after: was.lastPrivate, seen, room });
      session.signal.throwIfAborted();
      const entrance = { isHome: false, isMerged: true, isResumed: true, heardUpTo: told.heardUpTo };
      const { name } = presence.enterAccount(session.sessionId, account, entrance);
      const missed = await replayAll(named(session), was, { seen: request.seen, room });
      return {
        username: name,
        replayed: told.replayed + missed.replayed,
        gaps: [...told.gaps, ...missed.gaps],
        resume_token: await token(session),
      };
    });
  }

  return {
    token,

    async resume(session: Session, request: RequestOf<'resume'>): Promise<Result> {
      try {
        const result = await takeUp(session, request);
        telemetry.resumed();
        return result;
      } catch (error) {
        telemetry.resumeFailed();
        throw error;
      }
    },

    async logout(session: Session): Promise<Result> {
      const { credential } = session;
      resumes.end(session.sessionId);
      if (credential !== null) await sessions.end(session, credential);
      session.credential = null;
      presence.leave(session.sessionId);
      bus.publish({ to: { session: session.sessionId }, event: { type: 'exited' } });
      return {};
    },
  };
}
