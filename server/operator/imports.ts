import { z } from 'zod';
import type { Actor } from '../domain/people.ts';
import { ChatError } from '../protocol/errors.ts';
import { fold } from '../protocol/names.ts';
import { type Bilingual, type OperatorParts, verb } from './verb.ts';

/** Accounts in one request: each costs a password hash, and on a busy machine the answer still comes while it is waited for. */
export const importBatch = 10;

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
      const judged = await Promise.all(input.accounts.map(async (one) => ({ ...one, ...(await outcomeOf(parts, one)) })));
      const seen = new Set<string>();
      for (const one of judged) {
        if (one.outcome === 'created' && seen.has(fold(one.username))) Object.assign(one, refusedFor(new ChatError('already_exists')));
        seen.add(fold(one.username));
      }
      const report = () => ({
        accounts: judged.map(({ username, outcome, reason }) => ({ username, outcome, ...(reason && { reason }) })),
      });
      return {
        data: report(),
        apply: async () => {
          for (const one of judged) if (one.outcome === 'created') Object.assign(one, await make(parts, by, one));
          return report();
        },
      };
    },
  }),
};

/** What became of an account, and why it was not made. */
interface Outcome {
  readonly outcome: string;
  readonly reason?: Bilingual | undefined;
}

function refusedFor(error: unknown): Outcome {
  if (!(error instanceof ChatError)) throw error;
  return { outcome: error.code, reason: { en: error.textIn('en'), fr: error.textIn('fr') } };
}

async function outcomeOf({ accounts }: OperatorParts, { username, password }: z.output<typeof account>): Promise<Outcome> {
  try {
    await accounts.checkPassword(password, await accounts.free(username));
    return { outcome: 'created' };
  } catch (error) {
    return refusedFor(error);
  }
}

async function make({ accounts }: OperatorParts, by: Actor, { username, password }: z.output<typeof account>): Promise<Outcome> {
  try {
    await accounts.create(by, { username: await accounts.free(username), password, role: 'user', isOneTime: false });
    return { outcome: 'created' };
  } catch (error) {
    return refusedFor(error);
  }
}
