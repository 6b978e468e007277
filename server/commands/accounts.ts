import type { Telemetry } from '../base/telemetry.ts';
import type { Accounts } from '../domain/accounts.ts';
import type { Channels } from '../domain/channels.ts';
import { type Credential, type Proof, passwordProof } from '../domain/credential.ts';
import { settle } from '../domain/home.ts';
import { challengeMs, type KeyLogins, keyProof } from '../domain/key-logins.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { Moderation } from '../domain/moderation.ts';
import { accountKey } from '../domain/people.ts';
import type { Presence } from '../domain/presence.ts';
import type { Sessions } from '../domain/sessions.ts';
import { type Tokens, tokenPrefix } from '../domain/tokens.ts';
import type { WebLogins } from '../domain/web-logins.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import { sshLine } from '../protocol/key-login.ts';
import type { Session } from '../session/session.ts';
import type { Account } from '../store/store.ts';
import { named } from './named.ts';

interface AccountCommandParts {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly webLogins: WebLogins;
  readonly keyLogins: KeyLogins;
  readonly channels: Channels;
  readonly presence: Presence;
  readonly mailbox: Mailbox;
  readonly telemetry: Telemetry;
  readonly moderation: Pick<Moderation, 'admittance' | 'sanctions'>;
  /** A token with which a v2 session can be taken up after a cut. */
  readonly resumeToken: (session: Session) => Promise<string>;
}

/** Who somebody has proven to be: with a session to begin, or one that is there already. */
type Proven = { readonly account: Account } & ({ readonly proof: Proof } | { readonly credential: Credential });

/** The requests of accounts. */
export function accountCommands(parts: AccountCommandParts) {
  const { accounts, keyLogins, sessions, channels, presence, mailbox, telemetry, resumeToken, moderation } = parts;

  /** The first step of a key login. */
  function challenge(session: Session, { username = '', key = '', nonce = '' }: RequestOf<'login'>): Result {
    const { challenge: made, signature } = keyLogins.challenge({ username, key, nonce }, session.connection.binding);
    session.challenge = made;
    return {
      status: 'challenge',
      username,
      nonce: made.facts.serverNonce,
      server_key: sshLine({ raw: made.facts.server, comment: '' }),
      signature: signature.toString('base64'),
      expires_in_s: challengeMs / 1000,
    };
  }

  async function prove(session: Session, { username = '', password = '', totp, token, signature }: RequestOf<'login'>): Promise<Proven> {
    // Good for one answer, whatever it is.
    const { challenge: asked } = session;
    session.challenge = null;
    if (signature !== undefined) return { account: await keyLogins.prove(session, { username, signature }, asked), proof: keyProof };
    // Scopes bind a whole connection: it does not change under what its account hears already.
    if (token !== undefined && session.credential !== null) throw new ChatError('conflict');
    if (token?.startsWith(tokenPrefix)) return parts.tokens.prove(token);
    if (token !== undefined) return parts.webLogins.verify(token);
    const shown = { username, password, totp, mayAppendTotp: session.dialect.name !== 'v2' };
    return { account: await accounts.login(session, shown, session.signal), proof: passwordProof };
  }

  /** Whoever was here on this connection before is so no more. */
  async function enter(session: Session, account: Account, credential: Credential): Promise<{ name: string; role: string }> {
    const { admittance } = moderation;
    const isLetIn = () => {
      admittance.enter(session, account);
      return !admittance.isBarredAccount(account, presence.homeId);
    };
    if (isLetIn()) await settle(channels, account);
    const homes = session.dialect.isAnswering ? await channels.homes(account.id) : [];
    await presence.makeWay(session.sessionId, account);
    session.signal.throwIfAborted();
    // Asked again: whoever was sent away while this waited does not get in.
    const isHome = isLetIn();
    const isMerged = session.dialect.isAnswering;
    return mailbox.enter(accountKey(account.id), () => {
      const former = session.credential;
      session.credential = credential;
      sessions.enter(session, credential);
      const person = presence.enterAccount(session.sessionId, account, { isHome, isMerged });
      telemetry.loggedIn(session.connection, { user: person.name, method: credential.kind });
      channels.restore(named(session), homes);
      if (former !== null && former.sid !== credential.sid)
        sessions.end(session, former).catch((error: unknown) => telemetry.fault(error, 'former session'));
      return person;
    });
  }

  return {
    async register(session: Session, request: RequestOf<'register'>): Promise<Result> {
      const { username } = await accounts.register(session, request, session.signal);
      telemetry.registered(session.connection, username);
      return { username };
    },

    async login(session: Session, request: RequestOf<'login'>): Promise<Result> {
      if (request.key !== undefined) return challenge(session, request);
      const proven = await prove(session, request).catch((error: unknown) => {
        if (!session.signal.aborted) telemetry.loginFailed(session.connection, request.username ?? '', ChatError.from(error).code);
        throw error;
      });
      const { account } = proven;
      const credential = 'proof' in proven ? await sessions.begin(session, account, proven.proof) : proven.credential;
      const { name, role } = await enter(session, account, credential).catch(async (error: unknown) => {
        if ('proof' in proven) await sessions.end(session, credential);
        throw error;
      });
      // Not waited for: nothing may come before the one line that answers a login (protocol.md §1).
      if (session.dialect.name !== 'v2')
        moderation.sanctions.tellMissed(named(session)).catch((error: unknown) => telemetry.fault(error, 'missed sanctions'));
      return {
        ...idFor(session, account),
        username: name,
        role,
        ...(session.dialect.isAnswering ? { resume_token: await resumeToken(session) } : {}),
      };
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

/** The clients of the second seed know people by their numbers. */
function idFor({ dialect }: Session, { id }: Account): Result {
  return dialect.name === 'roomchat' ? { id } : {};
}
