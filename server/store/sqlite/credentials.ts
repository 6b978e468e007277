import type { Database } from 'better-sqlite3';
import type { CredentialStore } from '../credentials.ts';
import type { WriterClient } from './client.ts';
import { keyReads } from './keys.ts';
import { sessionReads } from './sessions.ts';
import { tokenReads } from './tokens.ts';
import { totpReads } from './totp.ts';

/** What proves who somebody is: its writes go to the writer thread, its reads to the read-only connection. */
export function credentialStore(db: Database, writer: WriterClient): CredentialStore {
  const sessions = sessionReads(db);
  const tokens = tokenReads(db);
  const totp = totpReads(db);
  const keys = keyReads(db);
  return {
    sessions: {
      put: (session) => writer.write('sessions.put', session, 256),
      find: async (id, now) => sessions.find(id, now),
      of: async (accountId, now) => sessions.of(accountId, now),
      touch: (touch) => writer.write('sessions.touch', touch),
      rotate: (rotation) => writer.write('sessions.rotate', rotation),
      remove: (id) => writer.write('sessions.remove', id),
      sweep: (sweep) => writer.write('sessions.sweep', sweep),
    },
    tokens: {
      add: (draft, audit) => writer.write('tokens.add', { draft, audit }, 512),
      byHash: async (hash, now) => tokens.byHash(hash, now),
      of: async (accountId, now) => tokens.of(accountId, now),
      find: async (id) => tokens.find(id),
      used: (id, at) => writer.write('tokens.used', { id, at }),
      remove: (id, audit) => writer.audited('tokens.remove', id, audit),
    },
    totp: {
      find: async (accountId) => totp.find(accountId),
      enrol: (enrolment) => writer.write('totp.enrol', enrolment),
      confirm: (confirmation) => writer.write('totp.confirm', confirmation, 1024),
      takeStep: (use) => writer.write('totp.takeStep', use),
      takeRecovery: (use) => writer.write('totp.takeRecovery', use),
      remove: (accountId, audit) => writer.audited('totp.remove', accountId, audit),
    },
    keys: {
      add: (key, most) => writer.write('keys.add', { key, most }, 256),
      of: async (accountId) => keys.of(accountId),
      has: async (accountId, key) => keys.has(accountId, key),
      used: (use) => writer.write('keys.used', use),
      remove: (which) => writer.write('keys.remove', which),
    },
    changePassword: (change) => writer.write('credentials.changePassword', change),
  };
}
