import { z } from 'zod';
import { keyFingerprint } from '../domain/own-keys.ts';
import { typedName } from '../protocol/fields.ts';
import { verb } from './verb.ts';

/** What an operator sees of the keys with which accounts log in. A new password voids them. */
export const keyVerbs = {
  'user keys': verb({
    input: z.strictObject({ username: typedName }),
    args: ['username'],
    fields: { username: { doc: { en: 'Name of the account.', fr: 'Nom du compte.' }, value: 'NAME' } },
    kind: 'read',
    summary: { en: 'List the keys with which an account logs in.', fr: 'Lister les clés avec lesquelles un compte se connecte.' },
    example: 'classcord user keys alice',
    plan: async ({ accounts, store }, input) => {
      const { id } = await accounts.find(input.username);
      const keys = await store.credentials.keys.of(id);
      return {
        data: keys.map((key) => ({
          fingerprint: keyFingerprint(key),
          comment: key.comment,
          added_at: new Date(key.addedAt).toISOString(),
          last_used_at: key.usedAt === null ? null : new Date(key.usedAt).toISOString(),
        })),
      };
    },
  }),
};
