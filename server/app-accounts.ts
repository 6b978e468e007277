import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import { identityFile } from './base/identity.ts';
import { hs256 } from './base/jwt.ts';
import { secretFile } from './base/secret-file.ts';
import type { Bus } from './bus/bus.ts';
import type { Config } from './config/schema.ts';
import { Accounts } from './domain/accounts.ts';
import type { Admittance } from './domain/admittance.ts';
import type { Audit } from './domain/audit.ts';
import { KeyLogins } from './domain/key-logins.ts';
import { LoginThrottle } from './domain/login-throttle.ts';
import { OwnKeys } from './domain/own-keys.ts';
import { OwnPassword } from './domain/own-password.ts';
import { RegistrationThrottle } from './domain/registration-throttle.ts';
import { Sessions } from './domain/sessions.ts';
import { Tokens } from './domain/tokens.ts';
import { Totp } from './domain/totp.ts';
import { WebLogins } from './domain/web-logins.ts';
import { argon2Passwords } from './passwords/argon2.ts';
import type { ResumeBook } from './session/resume-book.ts';
import type { Store } from './store/store.ts';

export interface AccountsParts {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly resumes: ResumeBook;
  readonly admittance: Admittance;
  readonly audit: Audit;
}

/** Who somebody is, and what proves it: passwords, sessions, bearer tokens. */
export function openAccounts(parts: AccountsParts) {
  const { config, store, clock, bus, resumes, admittance, audit } = parts;
  const { auth, limits, server } = config;
  const passwords = argon2Passwords(auth, clock);
  const cloakKey = secretFile(join(server.data, 'cloak.key'));
  const logins = new LoginThrottle({ limits: auth, logins: store.logins, clock, cloakKey, capacity: limits.addresses });
  const sessions = new Sessions({
    store: store.credentials,
    clock,
    bus,
    node: server.node,
    cloakKey,
    forgetResumes: (which) => resumes.forgetWhich(({ credential }) => credential !== null && which(credential)),
  });
  const totp = new Totp({ store: store.credentials.totp, clock, audit, key: secretFile(join(server.data, 'totp.key')) });
  const accounts = new Accounts({
    store: store.accounts,
    passwords,
    clock,
    logins,
    registrations: new RegistrationThrottle({ limits: auth, clock, capacity: limits.addresses }),
    policy: auth.password_policy,
    isOpen: auth.registration === 'open',
    admittance,
    totp,
    isTotpAppended: auth.totp_legacy_suffix,
  });
  const ownPassword = new OwnPassword({ store, passwords, policy: auth.password_policy, clock, logins, sessions });
  return {
    passwords,
    totp,
    sessions,
    ownPassword,
    ownKeys: new OwnKeys({ store, clock, ownPassword }),
    logins,
    accounts,
    tokens: new Tokens({ store, clock, audit, sessions }),
    async close(): Promise<void> {
      sessions.close();
      await passwords.close();
      await logins.close();
    },
  };
}

/** Logins with a key, to a server that has an identity of its own. */
export function openKeyLogins({
  config,
  store,
  clock,
  logins,
}: Pick<AccountsParts, 'config' | 'store' | 'clock'> & { logins: LoginThrottle }) {
  return new KeyLogins({ store, clock, logins, identity: identityFile(join(config.server.data, 'identity.key')) });
}

/**
 * Logins of the gateway. Their tokens are signed with the secret that the settings name (never too short: `config/checks.ts`), else
 * with one of this installation.
 */
export function openWebLogins({
  config,
  store,
  clock,
  sessions,
}: Pick<AccountsParts, 'config' | 'store' | 'clock'> & { sessions: Sessions }) {
  const { gateway, server } = config;
  const secret = gateway.jwt_secret === '' ? secretFile(join(server.data, 'jwt.key')) : Buffer.from(gateway.jwt_secret);
  const jwt = hs256({ secret, issuer: 'classcord', audience: 'classcord-gateway', now: () => clock.now() });
  return new WebLogins({ store, clock, jwt, cloakKey: secretFile(join(server.data, 'cloak.key')), sessions });
}
