import type { Telemetry } from '../base/telemetry.ts';
import { keyFingerprint, type OwnKeys } from '../domain/own-keys.ts';
import type { OwnPassword } from '../domain/own-password.ts';
import type { Sessions } from '../domain/sessions.ts';
import type { Tokens } from '../domain/tokens.ts';
import type { Totp } from '../domain/totp.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import { sshLine } from '../protocol/key-login.ts';
import type { Session } from '../session/session.ts';
import type { Store, StoredKey, StoredToken } from '../store/store.ts';
import { named } from './named.ts';

export interface CredentialParts {
  readonly rows: Pick<Store['accounts'], 'byId'>;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly ownPassword: OwnPassword;
  readonly totp: Totp;
  readonly ownKeys: OwnKeys;
}

/** The requests about what proves who somebody is. */
export function credentialCommands(
  parts: CredentialParts,
  telemetry: Pick<Telemetry, 'passwordChanged' | 'keyChanged' | 'totpChanged' | 'loginFailed'>,
) {
  const { sessions, tokens, ownPassword, ownKeys, totp } = parts;

  /** A wrong password is told to whoever reads the log as one of a login is. */
  async function noted<T>(session: Session, outcome: Promise<T>): Promise<T> {
    return outcome.catch((error: unknown) => {
      const { code } = ChatError.from(error);
      if (code === 'login_failed' || code === 'totp_failed') telemetry.loginFailed(session.connection, named(session).person.name, code);
      throw error;
    });
  }

  return {
    async password(session: Session, request: RequestOf<'password'>): Promise<Result> {
      const { name } = named(session).person;
      const wanted = { old: request.old, new: request.new, keepTokens: request.keep_tokens };
      const ended = await noted(session, ownPassword.change(session, wanted, session.signal));
      telemetry.passwordChanged(session.connection, name);
      return { sessions_ended: ended.sessions, tokens_revoked: ended.tokens };
    },

    async totp(session: Session, { op, password, code }: RequestOf<'totp'>): Promise<Result> {
      const accountId = accountIdOf(session);
      const prove = () => noted(session, ownPassword.prove(session, given(password, 'password'), session.signal));
      if (op === 'enrol') return { op, ...(await totp.enrol(await prove())) };
      if (op === 'confirm') {
        const recovery_codes = await noted(session, totp.confirm(session, accountId, given(code, 'code')));
        telemetry.totpChanged(session.connection, { user: named(session).person.name, isOn: true });
        return { op, enabled: true, recovery_codes };
      }
      if (op === 'disable') {
        await prove();
        await noted(session, totp.disable(session, accountId, code));
        telemetry.totpChanged(session.connection, { user: named(session).person.name, isOn: false });
        return { op, enabled: false };
      }
      const { isOn, recoveryLeft } = await totp.status(accountId);
      return { op, enabled: isOn, recovery_codes_left: recoveryLeft };
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

    async keys(session: Session, { op, key: which = '', password = '' }: RequestOf<'keys'>): Promise<Result> {
      const accountId = accountIdOf(session);
      if (op === 'list') return { keys: (await ownKeys.list(accountId)).map(keyFacts) };
      const done =
        op === 'add'
          ? ownKeys.add(session, { line: which, password }, session.signal)
          : ownKeys.remove(session, { which, password }, session.signal);
      const { name } = named(session).person;
      const key = await noted(session, done);
      telemetry.keyChanged(session.connection, { user: name, op, fingerprint: keyFingerprint(key) });
      return { op, ...keyFacts(key) };
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

function given(value: string | undefined, field: string): string {
  if (value === undefined) throw new ChatError('invalid_field', { field });
  return value;
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

function keyFacts(key: StoredKey): Result {
  return {
    fingerprint: keyFingerprint(key),
    key: sshLine({ raw: key.key, comment: key.comment }),
    added: timeOf(key.addedAt),
    last_used: timeOf(key.usedAt),
  };
}

function timeOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
