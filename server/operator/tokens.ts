import { z } from 'zod';
import { scopes, tokenName } from '../protocol/credentials.ts';
import { typedName } from '../protocol/fields.ts';
import type { StoredToken } from '../store/store.ts';
import { type FieldTexts, type OperatorParts, verb } from './verb.ts';

const username: FieldTexts = { doc: { en: 'Name of the account.', fr: 'Nom du compte.' }, value: 'NAME' };
const dayS = 24 * 3600;

/** The verbs of `classcord token`. */
export const tokenVerbs = {
  'token create': verb({
    input: z.strictObject({
      username: typedName,
      name: tokenName,
      scope: z.array(z.enum(scopes)).min(1).max(scopes.length),
      days: z.int().min(1).max(366).default(90),
    }),
    args: ['username', 'name'],
    fields: {
      username,
      name: { doc: { en: 'What it is for.', fr: 'À quoi il sert.' }, value: 'TEXT' },
      scope: {
        doc: {
          en: `What it may do, once or several times: ${scopes.join(', ')}.`,
          fr: `Ce qu’il permet, une ou plusieurs fois : ${scopes.join(', ')}.`,
        },
        value: 'SCOPE',
      },
      days: { doc: { en: 'For how many days.', fr: 'Pour combien de jours.' }, value: 'N' },
    },
    kind: 'change',
    summary: {
      en: 'Make a bearer token with which a bot logs in as an account; it is shown this once.',
      fr: 'Créer un jeton avec lequel un robot se connecte à un compte ; il n’est montré que cette fois.',
    },
    done: {
      en: 'Token {id} of {username}, good until {expires}. It is shown this once:',
      fr: 'Jeton {id} de {username}, valable jusqu’au {expires}. Il n’est montré que cette fois :',
    },
    example: 'classcord token create robot "build results" --scope post --days 30',
    plan: async ({ accounts, tokens }, input, by) => {
      const account = await accounts.find(input.username);
      const wanted = { name: input.name, scopes: input.scope, lifetimeS: input.days * dayS };
      return {
        data: { username: account.username, name: input.name, scopes: input.scope, days: input.days },
        apply: async () => {
          const { token, stored } = await tokens.make(by, account, wanted);
          return { id: stored.id, expires: new Date(stored.expiresAt).toISOString(), token };
        },
      };
    },
  }),

  'token list': verb({
    input: z.strictObject({ username: typedName.optional() }),
    args: ['username'],
    fields: { username },
    kind: 'read',
    summary: { en: 'List bearer tokens, of one account or of all.', fr: 'Lister les jetons, d’un compte ou de tous.' },
    example: 'classcord token list robot --json',
    plan: async (parts, input) => {
      const accountId = input.username === undefined ? null : (await parts.accounts.find(input.username)).id;
      return { data: await Promise.all((await parts.tokens.list(accountId)).map((token) => factsOf(parts, token))) };
    },
  }),

  'token revoke': verb({
    input: z.strictObject({ id: z.int().positive() }),
    args: ['id'],
    fields: { id: { doc: { en: 'Its number in the list.', fr: 'Son numéro dans la liste.' }, value: 'N' } },
    kind: 'change',
    summary: {
      en: 'Revoke a bearer token; who is here with it is sent away.',
      fr: 'Révoquer un jeton ; qui est là grâce à lui est déconnecté.',
    },
    done: { en: 'Token {id} of {username} is void.', fr: 'Le jeton {id} de {username} ne vaut plus rien.' },
    example: 'classcord token revoke 3',
    plan: async (parts, input, by) => {
      const token = await parts.tokens.find(input.id, null);
      return { data: await factsOf(parts, token), apply: async () => void (await parts.tokens.revoke(by, token)) };
    },
  }),
};

async function factsOf(
  { store }: OperatorParts,
  { id, accountId, name, scopes: own, createdBy, createdAt, usedAt, expiresAt }: StoredToken,
) {
  const account = await store.accounts.byId(accountId);
  return {
    id,
    username: account?.username ?? null,
    name,
    scopes: own,
    created_by: createdBy,
    created_at: new Date(createdAt).toISOString(),
    last_used_at: usedAt === null ? null : new Date(usedAt).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
  };
}
