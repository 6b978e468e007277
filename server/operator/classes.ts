import { z } from 'zod';
import { slipPassword } from '../domain/account-care.ts';
import { checkOnce } from '../domain/classes.ts';
import type { Actor } from '../domain/people.ts';
import { cleanLine } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import { channelName, typedName } from '../protocol/fields.ts';
import { checkChannelName, checkName, fold, isNameAllowed } from '../protocol/names.ts';
import type { ClassPerson } from '../store/store.ts';
import { type FieldTexts, type OperatorParts, type Plan, verb } from './verb.ts';

/** People in one roster. Each new account costs a password hash. */
const mostPeople = 500;
const mostGroups = 50;

const name: FieldTexts = {
  doc: { en: 'Name of the class, as that of a channel.', fr: 'Nom de la classe, comme celui d’un canal.' },
  value: 'NAME',
};
const named = z.strictObject({ name: channelName });
const person = z.strictObject({ username: typedName, group: z.string().max(32).default('') });
const creation = z.strictObject({
  name: channelName,
  people: z.array(person).min(1).max(mostPeople),
  teacher: z.array(typedName).max(20).default([]),
});

/** The verbs of `classcord class`. */
export const classVerbs = {
  'class create': verb({
    input: creation,
    args: ['name'],
    fields: {
      name,
      people: {
        doc: {
          en: 'The roster: CSV with a name per line, or with columns name and group.',
          fr: 'La liste : CSV, un nom par ligne, ou les colonnes name et group.',
        },
        value: 'FILE',
        isRead: true,
      },
      teacher: {
        doc: { en: 'Account that owns the channels; repeatable.', fr: 'Compte à qui les canaux appartiennent ; répétable.' },
        value: 'NAME',
      },
    },
    kind: 'change',
    isFirst: true,
    summary: {
      en: 'Make accounts with one-time passwords, channels and a join code from a roster.',
      fr: 'Créer, depuis une liste, des comptes à mot de passe unique, des canaux et un code d’entrée.',
    },
    done: { en: 'The class {name} was made; its join code is {code}.', fr: 'La classe {name} est créée ; son code d’entrée est {code}.' },
    example: 'classcord class create bts2 --roster roster.csv --teacher prof --slips slips.html',
    plan: create,
  }),

  'class list': verb({
    input: z.strictObject({}),
    args: [],
    fields: {},
    kind: 'read',
    summary: { en: 'List classes and their join codes.', fr: 'Lister les classes et leurs codes d’entrée.' },
    example: 'classcord class list',
    plan: async ({ classes }) => ({
      data: (await classes.list()).map((one) => ({ name: one.name, code: one.code, created_at: one.createdAt, closed_at: one.closedAt })),
    }),
  }),

  'class show': verb({
    input: named,
    args: ['name'],
    fields: { name },
    kind: 'read',
    summary: { en: 'Show the people and channels of a class.', fr: 'Montrer les personnes et les canaux d’une classe.' },
    example: 'classcord class show bts2',
    plan: async ({ classes }, input) => {
      const one = await classes.find(input.name);
      return {
        data: {
          name: one.name,
          code: one.code,
          created_at: one.createdAt,
          closed_at: one.closedAt,
          channels: (await classes.channels(one)).map((channel) => channel.name),
          people: (await classes.members(one)).map(({ username }) => username),
        },
      };
    },
  }),

  'class close': verb({
    input: named,
    args: ['name'],
    fields: { name },
    kind: 'destroy',
    summary: {
      en: 'Close a class: its code is void, its channels are archived; accounts and history stay.',
      fr: 'Fermer une classe : son code ne vaut plus, ses canaux sont archivés ; comptes et historique restent.',
    },
    done: { en: 'The class {name} is closed.', fr: 'La classe {name} est fermée.' },
    example: 'classcord class close bts2 --yes',
    plan: async ({ classes }, input, by) => {
      const one = await classes.find(input.name);
      if (one.closedAt !== null) throw new ChatError('conflict');
      const channels = (await classes.channels(one)).map((channel) => channel.name);
      return {
        data: { name: one.name, channels },
        apply: async () => void (await classes.close(by, one)),
      };
    },
  }),
};

async function create(parts: OperatorParts, input: z.output<typeof creation>, by: Actor): Promise<Plan> {
  const { accounts, classes } = parts;
  const groups = [
    ...new Map(input.people.filter(({ group }) => group.trim() !== '').map(({ group }) => [fold(group), group.trim()])).values(),
  ];
  if (groups.length > mostGroups) throw new ChatError('invalid_field', { field: 'group' });
  const bare = checkChannelName(input.name).slice(1);
  const channels = await classes.plan({ name: bare, groups });
  const teachers = await Promise.all(input.teacher.map(async (teacher) => (await accounts.find(teacher)).id));
  const people = await Promise.all(input.people.map((one) => known(parts, one)));
  checkOnce(people, (one) => one.username);
  const channelOf = (group: string) =>
    channels.filter((one) => one.group !== null && fold(one.group) === fold(group)).map((one) => one.fold);
  const facts = {
    name: bare,
    channels: channels.map((channel) => channel.name),
    people: people.map(({ username, accountId, group }) => ({ username, is_new: accountId === null, ...(group === '' ? {} : { group }) })),
  };
  return {
    data: facts,
    apply: async () => {
      const slips: { username: string; password: string | null }[] = [];
      const made: ClassPerson[] = [];
      for (const { username, fold: own, accountId, group } of people) {
        const password = accountId === null ? slipPassword() : null;
        slips.push({ username, password });
        const base = { username, fold: own, channels: channelOf(group) };
        made.push(password === null ? { ...base, accountId: accountId ?? 0 } : { ...base, passwordHash: await accounts.hash(password) });
      }
      const { code } = await classes.create(by, bare, { channels, people: made, teachers });
      return { code, slips };
    },
  };
}

/** Somebody of the roster: with the account that is there, or with a name that is free. */
async function known({ store }: OperatorParts, { username, group }: z.output<typeof person>) {
  const own = fold(username);
  const account = await store.accountCare.find(own);
  if (account !== null) return { username: account.username, fold: own, accountId: account.id, group: group.trim() };
  if (await store.accountCare.isTaken(own)) throw new ChatError('already_exists', { text: 'name_deleted', params: { name: username } });
  if (!isNameAllowed(username)) throw new ChatError('invalid_name', { text: 'name_of_roster', params: { name: cleanLine(username) } });
  return { username: checkName(username), fold: own, accountId: null, group: group.trim() };
}
