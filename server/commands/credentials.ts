import type { Telemetry } from '../base/telemetry.ts';
import type { OwnPassword } from '../domain/own-password.ts';
import type { Sessions } from '../domain/sessions.ts';
import type { Tokens } from '../domain/tokens.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import type { Session } from '../session/session.ts';
import type { Store, StoredToken } from '../store/store.ts';
import { named } from './named.ts';

export interface CredentialParts {
  readonly rows: Pick<Store['accounts'], 'byId'>;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly ownPassword: OwnPassword;
}

/** The requests about what proves who somebody is. */
export function credentialCommands(parts: CredentialParts, telemetry: Pick<Telemetry, 'passwordChanged' | 'loginFailed'>) {
  const { sessions, tokens, ownPassword } = parts;
  return {
    async password(session: Session, request: RequestOf<'password'>): Promise<Result> {
      const { name } = named(session).person;
      const wanted = { old: request.old, new: request.new, keepTokens: request.keep_tokens };
      const ended = await ownPassword.change(session, wanted, session.signal).catch((error: unknown) => {
        if (ChatError.from(error).code === 'login_failed') telemetry.loginFailed(session.connection, name, 'login_failed');
        throw error;
      });
      telemetry.passwordChanged(session.connection, name);
      return { sessions_ended: ended.sessions, tokens_revoked: ended.tokens };
    },

    async sessions(session: Session): Promise<Result> {
      const listed = await sessions.list(session, accountIdOf(session));
      return {
        sessions: listed.map(({ id, kind, client, address, createdAt, seenAt, expiresAt, isHere, isThis }) => ({
          id,
          kind,
          client,
          address,
          created: timeOf(createdAt),
          last_seen: timeOf(seenAt),
          expires: timeOf(expiresAt),
          here: isHere,
          current: isThis,
        })),
      };
    },

    async token(session: Session, { name, scopes, duration_s }: RequestOf<'token'>): Promise<Result> {
      const account = await parts.rows.byId(accountIdOf(session));
      if (account === null) throw new ChatError('not_authenticated');
      const { token, stored } = await tokens.make(named(session).person, account, { name, scopes, lifetimeS: duration_s });
      return { ...tokenFacts(stored), token };
    },

    async tokens(session: Session): Promise<Result> {
      return { tokens: (await tokens.list(accountIdOf(session))).map(tokenFacts) };
    },

    /** What is one's own: a session, or a bearer token. */
    async revoke(session: Session, { session: sid, token }: Pick<RequestOf<'revoke'>, 'session' | 'token'>): Promise<Result> {
      const accountId = accountIdOf(session);
      if (token !== undefined) {
        await tokens.revoke(named(session).person, await tokens.find(token, accountId));
        return { token };
      }
      await sessions.revoke(session, { accountId, sid: sid ?? '' });
      return { session: sid };
    },
  };
}

/** Guests have nothing of the kind. */
function accountIdOf(session: Session): number {
  const { accountId } = named(session).person;
  if (accountId === null) throw new ChatError('forbidden');
  return accountId;
}

function tokenFacts({ id, name, scopes, createdAt, usedAt, expiresAt }: StoredToken): Result {
  return { id, name, scopes, created: timeOf(createdAt), last_used: timeOf(usedAt), expires: timeOf(expiresAt) };
}

function timeOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
