import type { Telemetry } from '../base/telemetry.ts';
import type { Accounts } from '../domain/accounts.ts';
import type { Channels } from '../domain/channels.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { Moderation } from '../domain/moderation.ts';
import { accountKey } from '../domain/people.ts';
import type { Presence } from '../domain/presence.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import type { Session } from '../session/session.ts';
import { named } from './named.ts';

interface AccountCommandParts {
  readonly accounts: Accounts;
  readonly channels: Channels;
  readonly presence: Presence;
  readonly mailbox: Mailbox;
  readonly telemetry: Telemetry;
  readonly moderation: Pick<Moderation, 'admittance' | 'sanctions'>;
  /** A token with which a v2 session can be taken up after a cut. */
  readonly resumeToken: (session: Session) => string;
}

/** The requests of accounts. */
export function accountCommands({ accounts, channels, presence, mailbox, telemetry, resumeToken, moderation }: AccountCommandParts) {
  return {
    async register(session: Session, request: RequestOf<'register'>): Promise<Result> {
      const { username } = await accounts.register(session, request, session.signal);
      telemetry.registered(session.connection, username);
      return { username };
    },

    async login(session: Session, request: RequestOf<'login'>): Promise<Result> {
      const account = await accounts.login(session, request, session.signal).catch((error: unknown) => {
        if (!session.signal.aborted) telemetry.loginFailed(session.connection, request.username, ChatError.from(error).code);
        throw error;
      });
      const homes = session.dialect.isAnswering ? await channels.homes(account.id) : [];
      await presence.makeWay(session.sessionId, account);
      session.signal.throwIfAborted();
      const { admittance, sanctions } = moderation;
      admittance.enter(session, account);
      const isHome = !admittance.isBarredAccount(account, presence.homeId);
      const isMerged = session.dialect.isAnswering;
      const { name, role } = await mailbox.enter(accountKey(account.id), () => {
        const person = presence.enterAccount(session.sessionId, account, { isHome, isMerged });
        telemetry.loggedIn(session.connection, person.name);
        channels.restore(named(session), homes);
        return person;
      });
      // Not waited for: nothing may come before the one line that answers a login (protocol.md §1).
      if (session.dialect.name !== 'v2')
        sanctions.tellMissed(named(session)).catch((error: unknown) => telemetry.fault(error, 'missed sanctions'));
      return { username: name, role, ...(isMerged ? { resume_token: resumeToken(session) } : {}) };
    },

    whoami(session: Session): Result {
      const { person } = session;
      return {
        username: person?.name ?? null,
        role: person?.role ?? null,
        guest: person !== null && person.accountId === null,
        channels: session.channels.size,
      };
    },
  };
}
