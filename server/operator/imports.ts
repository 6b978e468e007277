import { z } from 'zod';
import type { Actor } from '../domain/people.ts';
import { ChatError } from '../protocol/errors.ts';
import { fold } from '../protocol/names.ts';
import { type OperatorParts, verb } from './verb.ts';

/** Accounts in one request: each costs a password hash, and nobody waits for long. */
export const importBatch = 50;

const account = z.strictObject({ username: z.string(), password: z.string() });

/** What `classcord import` hands over, batch by batch. */
export const importVerbs = {
  'import accounts': verb({
    input: z.strictObject({ accounts: z.array(account).max(importBatch), source: z.string().max(256) }),
    args: [],
    fields: {
      accounts: { doc: { en: 'Names with their passwords.', fr: 'Noms et mots de passe.' }, isRead: true },
      source: { doc: { en: 'Where they come from.', fr: 'D’où ils viennent.' }, isRead: true },
    },
    kind: 'change',
    isFirst: true,
    isInner: true,
    summary: { en: 'Make accounts of another server.', fr: 'Créer des comptes d’un autre serveur.' },
    example: 'classcord import users.pkl --dry-run',
    plan: async (parts, input, by) => {
      const judged = await Promise.all(input.accounts.map(async (one) => ({ ...one, outcome: await outcomeOf(parts, one) })));
      const seen = new Set<string>();
      for (const one of judged) {
        if (one.outcome === 'created' && seen.has(fold(one.username))) one.outcome = 'already_exists';
        seen.add(fold(one.username));
      }
      const report = () => ({ accounts: judged.map(({ username, outcome }) => ({ username, outcome })) });
      return {
        data: report(),
        apply: async () => {
          for (const one of judged) if (one.outcome === 'created') one.outcome = await make(parts, by, one);
          return report();
        },
      };
    },
  }),
};

async function outcomeOf({ accounts }: OperatorParts, { username, password }: z.output<typeof account>): Promise<string> {
  try {
    await accounts.checkPassword(password, await accounts.free(username));
    return 'created';
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  }
}

async function make({ accounts }: OperatorParts, by: Actor, { username, password }: z.output<typeof account>): Promise<string> {
  try {
    await accounts.create(by, { username: await accounts.free(username), password, role: 'user', isOneTime: false });
    return 'created';
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  }
}
