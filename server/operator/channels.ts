import { z } from 'zod';
import { type Actor, accountKey } from '../domain/people.ts';
import { ChatError } from '../protocol/errors.ts';
import { channelName, typedName } from '../protocol/fields.ts';
import { wire } from '../protocol/limits.ts';
import { checkChannelName, foldChannel } from '../protocol/names.ts';
import type { Account, Channel, ChannelChanges, MemberRole } from '../store/store.ts';
import { type FieldTexts, type OperatorParts, verb } from './verb.ts';

const channel: FieldTexts = { doc: { en: 'Name of the channel.', fr: 'Nom du canal.' }, value: 'CHANNEL' };
const topic: FieldTexts = { doc: { en: 'What it is about.', fr: 'De quoi on y parle.' }, value: 'TEXT' };
const onOff = z.enum(['on', 'off']).optional();
const named = z.strictObject({ channel: channelName });

/** The verbs of `classcord channel`. */
export const channelVerbs = {
  'channel list': verb({
    input: z.strictObject({ archived: z.boolean().default(false) }),
    args: [],
    fields: { archived: { doc: { en: 'Archived ones too.', fr: 'Aussi les canaux archivés.' } } },
    kind: 'read',
    summary: { en: 'List channels, the private ones too.', fr: 'Lister les canaux, privés compris.' },
    example: 'classcord channel list',
    plan: async ({ store }, { archived }) => {
      const listed = await store.channels.all();
      return {
        data: listed
          .filter((entry) => archived || !entry.channel.archived)
          .map((entry) => ({ ...factsOf(entry.channel), members: entry.members, messages: entry.lastSeq })),
      };
    },
  }),

  'channel show': verb({
    input: named,
    args: ['channel'],
    fields: { channel },
    kind: 'read',
    summary: { en: 'Show the settings and members of a channel.', fr: 'Montrer les réglages et les membres d’un canal.' },
    example: 'classcord channel show "#general"',
    plan: async (parts, input) => {
      const found = await find(parts, input.channel);
      const members = await parts.store.memberships.in(found.id);
      return {
        data: {
          ...factsOf(found),
          retention_days: found.retentionDays,
          members: members.map(({ username, role }) => (role === 'member' ? username : `${username} (${role})`)).sort(),
        },
      };
    },
  }),

  'channel create': verb({
    input: z.strictObject({
      channel: channelName,
      private: z.boolean().default(false),
      topic: z.string().max(wire.topic).default(''),
      owner: typedName.optional(),
    }),
    args: ['channel'],
    fields: {
      channel,
      private: { doc: { en: 'Only members see it.', fr: 'Seuls les membres le voient.' } },
      topic,
      owner: { doc: { en: 'Account that owns it.', fr: 'Compte à qui il appartient.' }, value: 'NAME' },
    },
    kind: 'change',
    isFirst: true,
    summary: { en: 'Make a channel.', fr: 'Créer un canal.' },
    done: { en: 'The channel {channel} was made.', fr: 'Le canal {channel} est créé.' },
    example: 'classcord channel create "#projects" --topic "Who builds what"',
    plan: async (parts, input, by) => {
      const name = checkChannelName(input.channel);
      if ((await parts.channels.find(name)) !== null) throw new ChatError('already_exists', { text: 'channel_exists' });
      const owner = input.owner === undefined ? null : await parts.accounts.find(input.owner);
      const visibility = input.private ? 'private' : 'public';
      return {
        data: { channel: name, visibility, topic: input.topic, owner: owner?.username ?? null },
        apply: async () => {
          const made = { name, fold: foldChannel(name), visibility, at: parts.clock.now() } as const;
          const draft = parts.moderation.audit.draft(by, { action: 'channel.create', subject: name, detail: { visibility } });
          const { channel: one, isNew } = await parts.store.channels.ensure({ ...made, createdBy: 'server' }, draft);
          if (!isNew) throw new ChatError('already_exists', { text: 'channel_exists' });
          parts.moderation.audit.done(by, 'channel.create');
          parts.channels.remember(one);
          if (input.topic !== '') await parts.care.update(by, one, { topic: input.topic });
          if (owner !== null) await grant(parts, one, { account: owner, role: 'owner', by });
          return undefined;
        },
      };
    },
  }),

  'channel set': verb({
    input: z.strictObject({
      channel: channelName,
      topic: z.string().max(wire.topic).optional(),
      read_only: onOff,
      slow_mode_s: z.int().min(0).max(86_400).optional(),
      retention_days: z.int().min(0).max(36_500).optional(),
    }),
    args: ['channel'],
    fields: {
      channel,
      topic,
      read_only: { doc: { en: 'Only its keepers post: on or off.', fr: 'Seuls ses responsables écrivent : on ou off.' }, value: 'ON' },
      slow_mode_s: {
        doc: { en: 'Seconds between two messages of one person.', fr: 'Secondes entre deux messages d’une personne.' },
        value: 'S',
      },
      retention_days: {
        doc: { en: 'Days for which messages are kept; 0: for ever.', fr: 'Jours de conservation ; 0 : toujours.' },
        value: 'N',
      },
    },
    kind: 'change',
    summary: { en: 'Change the settings of a channel.', fr: 'Changer les réglages d’un canal.' },
    done: { en: 'The channel {channel} was changed.', fr: 'Le canal {channel} est modifié.' },
    example: 'classcord channel set "#general" --slow-mode-s 10',
    plan: async (parts, input, by) => {
      const found = await find(parts, input.channel);
      const changes: ChannelChanges = {
        ...(input.topic === undefined ? {} : { topic: input.topic }),
        ...(input.read_only === undefined ? {} : { readOnly: input.read_only === 'on' }),
        ...(input.slow_mode_s === undefined ? {} : { slowModeS: input.slow_mode_s }),
        ...(input.retention_days === undefined ? {} : { retentionDays: input.retention_days }),
      };
      return {
        data: { ...factsOf({ ...found, ...changes }), retention_days: { ...found, ...changes }.retentionDays },
        apply: async () => void (await parts.care.update(by, found, changes)),
      };
    },
  }),

  'channel archive': archiveVerb(true),
  'channel restore': archiveVerb(false),

  'channel grant': verb({
    input: z.strictObject({ channel: channelName, username: typedName, role: z.enum(['owner', 'moderator', 'member']) }),
    args: ['channel', 'username', 'role'],
    fields: {
      channel,
      username: { doc: { en: 'Name of the account.', fr: 'Nom du compte.' }, value: 'NAME' },
      role: { doc: { en: 'Role in the channel.', fr: 'Rôle dans le canal.' }, value: 'ROLE' },
    },
    kind: 'change',
    summary: {
      en: 'Put an account into a channel as owner, moderator or member.',
      fr: 'Mettre un compte dans un canal comme owner, moderator ou member.',
    },
    done: { en: '{username} is now {role} of {channel}.', fr: '{username} est maintenant {role} de {channel}.' },
    example: 'classcord channel grant "#general" alice moderator',
    plan: async (parts, input, by) => {
      const found = await find(parts, input.channel);
      const account = await parts.accounts.find(input.username);
      return {
        data: { channel: found.name, username: account.username, role: input.role },
        apply: async () => void (await grant(parts, found, { account, role: input.role, by })),
      };
    },
  }),
};

function archiveVerb(archived: boolean) {
  return verb({
    input: named,
    args: ['channel'],
    fields: { channel },
    kind: 'change',
    summary: archived
      ? {
          en: 'Archive a channel: nobody posts any more, its history stays.',
          fr: 'Archiver un canal : plus personne n’écrit, l’historique reste.',
        }
      : { en: 'Take a channel out of the archive.', fr: 'Sortir un canal des archives.' },
    done: archived
      ? { en: 'The channel {channel} is archived.', fr: 'Le canal {channel} est archivé.' }
      : { en: 'The channel {channel} is open again.', fr: 'Le canal {channel} est rouvert.' },
    example: `classcord channel ${archived ? 'archive' : 'restore'} "#projects"`,
    plan: async (parts, input, by) => {
      const found = await find(parts, input.channel);
      if (archived && found.fold === 'general') throw new ChatError('forbidden');
      return {
        data: { channel: found.name, archived },
        apply: async () => void (await parts.care.update(by, found, { archived })),
      };
    },
  });
}

interface Granted {
  readonly account: Account;
  readonly role: MemberRole;
  readonly by: Actor;
}

/** The role, with its row of the audit. */
async function grant({ channels, moderation }: OperatorParts, channel: Channel, { account, role, by }: Granted): Promise<void> {
  const detail = { member: accountKey(account.id), role };
  const draft = moderation.audit.draft(by, { action: 'channel.grant', subject: channel.name, detail });
  await channels.setRole(channel, { accountId: account.id, role }, draft);
  moderation.audit.done(by, 'channel.grant');
}

async function find({ channels }: OperatorParts, name: string): Promise<Channel> {
  const found = await channels.find(name);
  if (found === null) throw new ChatError('not_found');
  return found;
}

function factsOf({ name, visibility, topic: about, readOnly, slowModeS, archived }: Channel) {
  return { channel: name, visibility, topic: about, read_only: readOnly, slow_mode_s: slowModeS, archived };
}
