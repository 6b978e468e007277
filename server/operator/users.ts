import { z } from 'zod';
import { slipPassword } from '../domain/account-care.ts';
import { ChatError } from '../protocol/errors.ts';
import { typedName } from '../protocol/fields.ts';
import { wire } from '../protocol/limits.ts';
import { fold } from '../protocol/names.ts';
import type { AccountFacts } from '../store/store.ts';
import { type FieldTexts, type OperatorParts, verb } from './verb.ts';

const roles = ['admin', 'moderator', 'user'] as const;
const username: FieldTexts = { doc: { en: 'Name of the account.', fr: 'Nom du compte.' }, value: 'NAME' };
const password: FieldTexts = {
  doc: { en: 'Read from standard input, one line; never a flag.', fr: 'Lu sur l’entrée standard, une ligne ; jamais une option.' },
  isRead: true,
};
const one_time: FieldTexts = {
  doc: {
    en: 'Make a password for a slip of paper: it only serves to choose another one.',
    fr: 'Créer un mot de passe pour un papier : il ne sert qu’à en choisir un autre.',
  },
};
const role: FieldTexts = { doc: { en: 'Role on the server.', fr: 'Rôle sur le serveur.' }, value: 'ROLE' };
const named = z.strictObject({ username: typedName });
const secret = { password: z.string().optional(), one_time: z.boolean().default(false) };

/** The verbs of `classcord user`. */
export const userVerbs = {
  'user list': verb({
    input: z.strictObject({ after: typedName.default(''), limit: z.int().min(1).max(10_000).default(1000) }),
    args: [],
    fields: {
      after: { doc: { en: 'Go on after this name.', fr: 'Continuer après ce nom.' }, value: 'NAME' },
      limit: { doc: { en: 'At most so many.', fr: 'Au plus tant.' }, value: 'N' },
    },
    kind: 'read',
    summary: { en: 'List accounts by name.', fr: 'Lister les comptes par nom.' },
    example: 'classcord user list --json',
    plan: async (parts, { after, limit }) => ({
      data: (await parts.accounts.list(after === '' ? '' : fold(after), limit)).map((account) => factsOf(account, parts)),
    }),
  }),

  'user show': verb({
    input: named,
    args: ['username'],
    fields: { username },
    kind: 'read',
    summary: { en: 'Show one account and its channels.', fr: 'Montrer un compte et ses canaux.' },
    example: 'classcord user show alice',
    plan: async (parts, input) => {
      const account = await parts.accounts.find(input.username);
      const memberships = await parts.store.memberships.of(account.id);
      const channels = memberships.map(({ channel, role: own }) => (own === 'member' ? channel.name : `${channel.name} (${own})`));
      return { data: { ...factsOf(account, parts), channels: channels.sort() } };
    },
  }),

  'user create': verb({
    input: z.strictObject({ username: typedName, ...secret, role: z.enum(roles).default('user') }),
    args: ['username'],
    fields: { username, password, one_time, role },
    kind: 'change',
    isFirst: true,
    summary: {
      en: 'Make an account; the password comes by standard input.',
      fr: 'Créer un compte ; le mot de passe vient de l’entrée standard.',
    },
    done: { en: 'The account {username} was made.', fr: 'Le compte {username} est créé.' },
    example: 'classcord user create alice --role admin < password.txt',
    plan: async ({ accounts }, input, by) => {
      const name = await accounts.free(input.username);
      const made = await newPassword(input, name, accounts);
      return {
        data: { username: name, role: input.role, one_time: input.one_time },
        apply: async () => {
          await accounts.create(by, { username: name, password: made, role: input.role, isOneTime: input.one_time });
          return input.one_time ? { password: made } : undefined;
        },
      };
    },
  }),

  'user role': verb({
    input: z.strictObject({ username: typedName, role: z.enum(roles) }),
    args: ['username', 'role'],
    fields: { username, role },
    kind: 'change',
    summary: { en: 'Give an account a role: admin, moderator or user.', fr: 'Donner un rôle à un compte : admin, moderator ou user.' },
    done: { en: '{username} is now {role} (was {before}).', fr: '{username} est maintenant {role} (était {before}).' },
    example: 'classcord user role alice admin',
    plan: async ({ accounts, moderation }, input, by) => {
      const account = await accounts.find(input.username);
      const change = { role: input.role, before: account.role };
      return {
        data: { username: account.username, ...change },
        apply: async () => void (await moderation.roles.set(by, account.username, input.role)),
      };
    },
  }),

  'user passwd': verb({
    input: z.strictObject({ username: typedName, ...secret }),
    args: ['username'],
    fields: { username, password, one_time },
    kind: 'change',
    summary: {
      en: 'Set a password, read from standard input; open sessions end.',
      fr: 'Changer un mot de passe, lu sur l’entrée standard ; les sessions ouvertes se terminent.',
    },
    done: { en: 'The password of {username} was changed.', fr: 'Le mot de passe de {username} est changé.' },
    example: 'classcord user passwd alice --one-time',
    plan: async ({ accounts }, input, by) => {
      const account = await accounts.find(input.username);
      const made = await newPassword(input, account.username, accounts);
      return {
        data: { username: account.username, one_time: input.one_time },
        apply: async () => {
          await accounts.setPassword(by, account, { password: made, isOneTime: input.one_time });
          return input.one_time ? { password: made } : undefined;
        },
      };
    },
  }),

  'user totp-reset': verb({
    input: named,
    args: ['username'],
    fields: { username },
    kind: 'change',
    summary: {
      en: 'Ask for no one-time codes of an account any more: its owner lost the device and the recovery codes.',
      fr: 'Ne plus demander de code à usage unique à un compte : son propriétaire a perdu l’appareil et les codes de secours.',
    },
    done: { en: '{username} logs in with the password alone.', fr: '{username} se connecte avec le mot de passe seul.' },
    example: 'classcord user totp-reset alice',
    plan: async ({ accounts, totp }, input, by) => {
      const account = await accounts.find(input.username);
      if (!(await totp.status(account.id)).isOn) throw new ChatError('not_found', { text: 'totp_off' });
      return { data: { username: account.username }, apply: async () => void (await totp.reset(by, account)) };
    },
  }),

  'user rename': verb({
    input: z.strictObject({ username: typedName, new_name: typedName }),
    args: ['username', 'new_name'],
    fields: { username, new_name: { doc: { en: 'The new name.', fr: 'Le nouveau nom.' }, value: 'NEW' } },
    kind: 'change',
    summary: {
      en: 'Give an account another name; what it said keeps the old one, open sessions end.',
      fr: 'Donner un autre nom à un compte ; ce qui a été dit garde l’ancien, les sessions ouvertes se terminent.',
    },
    done: { en: '{before} is now called {username}.', fr: '{before} s’appelle maintenant {username}.' },
    example: 'classcord user rename alice "Alice M."',
    plan: async ({ accounts, store }, input, by) => {
      const account = await accounts.find(input.username);
      const isSame = fold(input.new_name) === account.fold;
      const name = isSame ? input.new_name.normalize('NFC') : await accounts.free(input.new_name);
      if (isSame && (await store.accountCare.find(account.fold))?.id !== account.id) throw new ChatError('conflict');
      return {
        data: { username: name, before: account.username },
        apply: async () => void (await accounts.rename(by, account, name)),
      };
    },
  }),

  'user lock': verb({
    input: named.extend({ reason: z.string().max(wire.field).optional() }),
    args: ['username'],
    fields: { username, reason: { doc: { en: 'Why; the person is told.', fr: 'Pourquoi ; la personne le lit.' }, value: 'TEXT' } },
    kind: 'change',
    summary: { en: 'Shut an account; open sessions end.', fr: 'Verrouiller un compte ; les sessions ouvertes se terminent.' },
    done: { en: 'The account {username} is locked.', fr: 'Le compte {username} est verrouillé.' },
    example: 'classcord user lock alice --reason "see me first"',
    plan: async ({ accounts }, { username: name, reason }, by) => {
      const account = await accounts.find(name);
      return {
        data: { username: account.username, locked: true, reason: reason ?? null },
        apply: async () => void (await accounts.setLocked(by, account, { locked: true, reason })),
      };
    },
  }),
  'user unlock': verb({
    input: named,
    args: ['username'],
    fields: { username },
    kind: 'change',
    summary: { en: 'Open a locked account again.', fr: 'Rouvrir un compte verrouillé.' },
    done: { en: 'The account {username} is open.', fr: 'Le compte {username} est ouvert.' },
    example: 'classcord user unlock alice',
    plan: async ({ accounts }, input, by) => {
      const account = await accounts.find(input.username);
      return {
        data: { username: account.username, locked: false },
        apply: async () => void (await accounts.setLocked(by, account, { locked: false })),
      };
    },
  }),

  'user delete': verb({
    input: named,
    args: ['username'],
    fields: { username },
    kind: 'destroy',
    summary: {
      en: 'Delete an account: nobody logs in or is called so again; what it said stays, with its name.',
      fr: 'Supprimer un compte : plus personne ne s’y connecte ni ne porte ce nom ; ce qui a été dit reste, avec le nom.',
    },
    done: { en: 'The account {username} was deleted.', fr: 'Le compte {username} est supprimé.' },
    example: 'classcord user delete mallory --yes',
    plan: async ({ accounts, store }, input, by) => {
      const account = await accounts.find(input.username);
      const channels = (await store.memberships.of(account.id)).length;
      return {
        data: { username: account.username, channels },
        apply: async () => void (await accounts.delete(by, account)),
      };
    },
  }),
};

/** The password that was given, checked; or a new one for a slip. */
async function newPassword(
  input: { readonly password?: string | undefined; readonly one_time: boolean },
  name: string,
  accounts: OperatorParts['accounts'],
): Promise<string> {
  if (input.one_time) return slipPassword();
  if (input.password === undefined) throw new ChatError('invalid_field', { field: 'password' });
  await accounts.checkPassword(input.password, name);
  return input.password;
}

function factsOf(account: AccountFacts, { accounts }: OperatorParts) {
  return {
    username: account.username,
    role: account.role,
    locked: account.isLocked,
    lock_reason: account.lockReason,
    one_time: account.isOneTime,
    created_at: account.createdAt,
    last_login_at: account.lastLoginAt,
    sessions: accounts.sessions(account),
  };
}
