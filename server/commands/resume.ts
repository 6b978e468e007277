import type { Telemetry } from '../base/telemetry.ts';
import type { Bus } from '../bus/bus.ts';
import type { Admittance } from '../domain/admittance.ts';
import type { Channels } from '../domain/channels.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import { accountKey, type Named } from '../domain/people.ts';
import type { Presence } from '../domain/presence.ts';
import type { Published, Replay } from '../domain/replay.ts';
import type { Sessions } from '../domain/sessions.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import { foldChannel } from '../protocol/names.ts';
import type { ResumeBook, Standpoint } from '../session/resume-book.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../store/store.ts';
import { named } from './named.ts';

export interface ResumeParts {
  readonly accounts: Store['accounts'];
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

/** The requests that outlive a connection. */
export function resumeCommands(parts: ResumeParts, telemetry: Pick<Telemetry, 'resumed' | 'resumeFailed'>) {
  const { accounts, bus, channels, mailbox, presence, published, replay, resumes, sessions, admittance } = parts;

  /** A token with which this session can be taken up after a cut. */
  function token(session: Session): string {
    const { fold } = named(session).person;
    const { sessionId, credential } = session;
    const heard = () => new Map([...session.channels].map((id) => [id, published.lastSeq(id)]));
    return resumes.issue(sessionId, () => ({ sessionId, fold, credential, channels: heard() }));
  }

  /** Each channel that the session was in, from where the client says that it was, or from the last line that it was sent. */
  async function replayAll(caller: Named, { channels: was }: Standpoint, seen: Readonly<Record<string, number>>): Promise<Result> {
    const seenByFold = new Map(Object.entries(seen).map(([name, seq]) => [foldChannel(name), seq]));
    let replayed = 0;
    const gaps: unknown[] = [];
    for (const [id, sent] of was) {
      const channel = await channels.byId(caller, id);
      if (channel === null) continue;
      const missed = await replay.channel(caller, channel, seenByFold.get(channel.fold) ?? sent);
      replayed += missed.replayed;
      gaps.push(...missed.gaps);
    }
    return { replayed, gaps };
  }

  async function takeUp(session: Session, request: RequestOf<'resume'>): Promise<Result> {
    if (session.person !== null) throw new ChatError('conflict');
    const was = resumes.redeem(request.token);
    const account = was === null ? null : await accounts.find(was.fold);
    if (was === null || account === null) throw new ChatError('session_expired');
    const { credential } = was;
    session.credential = credential;
    if (credential !== null) sessions.enter(session, credential);
    bus.publish({ to: { session: was.sessionId }, event: { type: 'end', reason: 'replaced', code: 'session_expired' } });
    if (credential !== null) await sessions.takeUp(session, credential);
    await presence.makeWay(session.sessionId, account);
    session.signal.throwIfAborted();
    admittance.enter(session, account);
    return mailbox.enter(accountKey(account.id), async () => {
      const { name } = presence.enterAccount(session.sessionId, account, { isHome: false, isMerged: true, isResumed: true });
      const missed = await replayAll(named(session), was, request.seen);
      return { username: name, ...missed, resume_token: token(session) };
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
