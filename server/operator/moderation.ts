import { z } from 'zod';
import { ChatError } from '../protocol/errors.ts';
import { channelName, typedName } from '../protocol/fields.ts';
import { wire } from '../protocol/limits.ts';
import { type Level, levels } from '../protocol/moderation.ts';
import { typedSeconds } from '../protocol/typed-time.ts';
import type { Report, Sanction } from '../store/store.ts';
import { factsOf, impose, whichOf } from './sanctions.ts';
import { type FieldTexts, verb } from './verb.ts';

const username: FieldTexts = { doc: { en: 'Whom it hits.', fr: 'Qui est visé.' }, value: 'NAME' };
const reason: FieldTexts = { doc: { en: 'Why; the person is told.', fr: 'Pourquoi ; la personne le lit.' }, value: 'TEXT' };
const channel: FieldTexts = {
  doc: { en: 'In this channel only; without it on the whole server.', fr: 'Dans ce canal seulement ; sans lui sur tout le serveur.' },
  value: 'CHANNEL',
};
const duration: FieldTexts = {
  doc: {
    en: 'For how long: 90s, 10m, 2h, 7d; without it until it is lifted.',
    fr: 'Durée : 90s, 10m, 2h, 7d ; sans elle jusqu’à la levée.',
  },
  value: 'TIME',
};

const why = z.string().min(1).max(wire.field);
const time = z
  .string()
  .refine((text) => typedSeconds(text) !== null)
  .optional();
const aimed = { username: typedName, reason: why, channel: channelName.optional() };

/** The verbs of `classcord mod`. */
export const moderationVerbs = {
  'mod warn': verb({
    input: z.strictObject(aimed),
    args: ['username'],
    fields: { username, reason, channel },
    kind: 'change',
    summary: { en: 'Warn somebody.', fr: 'Avertir quelqu’un.' },
    done: { en: '{username} was warned (no. {id}).', fr: '{username} est averti (n° {id}).' },
    example: 'classcord mod warn mallory --reason "no insults"',
    plan: (parts, input, by) => impose(parts, { ...input, kind: 'warn' }, by),
  }),
  'mod mute': verb({
    input: z.strictObject({ ...aimed, for: time }),
    args: ['username'],
    fields: { username, reason, channel, for: duration },
    kind: 'change',
    summary: { en: 'Keep somebody from speaking.', fr: 'Empêcher quelqu’un de parler.' },
    done: { en: '{username} is muted (no. {id}).', fr: '{username} est réduit au silence (n° {id}).' },
    example: 'classcord mod mute mallory --for 10m --reason flooding',
    plan: (parts, input, by) => impose(parts, { ...input, kind: 'mute' }, by),
  }),
  'mod kick': verb({
    input: z.strictObject({ ...aimed, for: time }),
    args: ['username'],
    fields: { username, reason, channel, for: duration },
    kind: 'change',
    summary: { en: 'Send somebody out who is here.', fr: 'Faire sortir quelqu’un qui est là.' },
    done: { en: '{username} was sent out (no. {id}).', fr: '{username} est exclu (n° {id}).' },
    example: 'classcord mod kick mallory --reason "calm down"',
    plan: (parts, input, by) => impose(parts, { ...input, kind: 'kick' }, by),
  }),
  'mod ban': verb({
    input: z.strictObject({ ...aimed, username: typedName.optional(), address: z.string().max(64).optional(), for: time }),
    args: ['username'],
    fields: {
      username,
      reason,
      channel,
      for: duration,
      address: {
        doc: {
          en: 'An address or a network, instead of a person or with one.',
          fr: 'Une adresse ou un réseau, au lieu d’une personne ou avec elle.',
        },
        value: 'NETWORK',
      },
    },
    kind: 'change',
    summary: { en: 'Keep somebody, or a network, out.', fr: 'Tenir quelqu’un, ou un réseau, dehors.' },
    done: { en: 'Banned: {username address} (no. {id}).', fr: 'Banni : {username address} (n° {id}).' },
    example: 'classcord mod ban mallory --for 7d --reason "third time"',
    plan: (parts, input, by) => impose(parts, { ...input, kind: 'ban' }, by),
  }),
  'mod lift': verb({
    input: z.strictObject({
      id: z.int().positive().optional(),
      username: typedName.optional(),
      kind: z.enum(['mute', 'ban', 'kick']).optional(),
      channel: channelName.optional(),
    }),
    args: ['id'],
    fields: {
      id: {
        doc: { en: 'Number of the sanction, as the ledger shows it.', fr: 'Numéro de la sanction, comme le registre le montre.' },
        value: 'ID',
      },
      username: {
        doc: { en: 'Instead of a number: whose, with --kind.', fr: 'Au lieu d’un numéro : de qui, avec --kind.' },
        value: 'NAME',
      },
      kind: { doc: { en: 'What is to end: mute, ban or kick.', fr: 'Ce qui doit finir : mute, ban ou kick.' }, value: 'KIND' },
      channel,
    },
    kind: 'change',
    summary: { en: 'End sanctions before their time.', fr: 'Lever des sanctions avant leur terme.' },
    done: { en: 'Lifted: {kind} of {username address} (no. {lifted}).', fr: 'Levé : {kind} de {username address} (n° {lifted}).' },
    example: 'classcord mod lift --username mallory --kind mute',
    plan: async ({ moderation, clock }, input, by) => {
      const which = whichOf(input);
      const told = (found: readonly Sanction[]) => ({
        ...(found[0] && factsOf(found[0], clock.now())),
        lifted: found.map(({ id }) => id),
      });
      return {
        data: told(await moderation.sanctions.liftable(by, which)),
        apply: async () => told(await moderation.sanctions.lift(by, which)),
      };
    },
  }),
  'mod ledger': verb({
    input: z.strictObject({ username: typedName.optional() }),
    args: ['username'],
    fields: {
      username: {
        doc: { en: 'Whose; without it what is in force of everybody.', fr: 'De qui ; sans lui ce qui est en vigueur, de tous.' },
        value: 'NAME',
      },
    },
    kind: 'read',
    summary: {
      en: 'Show every sanction of somebody, or all that hold now; the look leaves a row in the audit.',
      fr: 'Montrer toutes les sanctions de quelqu’un, ou celles en vigueur ; le regard laisse une ligne dans l’audit.',
    },
    example: 'classcord mod ledger mallory',
    plan: async ({ moderation, clock }, input, by) => {
      const { sanctions } = moderation;
      const found = input.username === undefined ? await sanctions.inForce(by) : await sanctions.ledger(by, { username: input.username });
      return { data: found.map((sanction) => factsOf(sanction, clock.now())) };
    },
  }),
  'mod reports': verb({
    input: z.strictObject({}),
    args: [],
    fields: {},
    kind: 'read',
    summary: {
      en: 'List open reports. Private messages that were reported are shown; the first look leaves a row in the audit.',
      fr: 'Lister les signalements ouverts. Les messages privés signalés sont montrés ; le premier regard laisse une ligne dans l’audit.',
    },
    example: 'classcord mod reports',
    plan: async ({ moderation }, _input, by) => ({ data: (await moderation.reports.open(by)).map(reportOf) }),
  }),
  'mod resolve': verb({
    input: z.strictObject({ id: z.int().positive() }),
    args: ['id'],
    fields: { id: { doc: { en: 'Number of the report.', fr: 'Numéro du signalement.' }, value: 'ID' } },
    kind: 'change',
    summary: { en: 'Close a report.', fr: 'Clore un signalement.' },
    done: { en: 'The report {id} is closed.', fr: 'Le signalement {id} est clos.' },
    example: 'classcord mod resolve 3',
    plan: async ({ moderation, store }, { id }, by) => {
      const open = await store.reports.open(1_000_000);
      if (!open.some((report) => report.id === id)) throw new ChatError('not_found');
      return { data: { id }, apply: async () => void (await moderation.reports.resolve(by, id)) };
    },
  }),
  'mod level': verb({
    input: z.strictObject({ level: z.int().min(1).max(5).optional(), reason: z.string().max(wire.field).optional() }),
    args: ['level'],
    fields: {
      level: {
        doc: {
          en: '5 open, 4 no new accounts and channels, 3 guests only read, 2 only the staff speaks, 1 staff only; without it the level is shown.',
          fr: '5 ouvert, 4 ni comptes ni canaux nouveaux, 3 les invités ne font que lire, 2 seule l’équipe parle, 1 équipe seule ; sans lui le niveau est montré.',
        },
        value: 'LEVEL',
      },
      reason,
    },
    kind: 'change',
    summary: { en: 'Show or set the emergency level.', fr: 'Montrer ou régler le niveau d’urgence.' },
    done: { en: 'The emergency level is {level}.', fr: 'Le niveau d’urgence est {level}.' },
    example: 'classcord mod level 2 --reason "fire drill"',
    plan: async ({ moderation }, input, by) => {
      const before = moderation.emergency.level;
      const level = levels.find((one) => one === input.level);
      if (level === undefined) return { data: { level: before, reason: moderation.emergency.reason || null } };
      return { data: { level, before }, apply: async () => void (await moderation.emergency.set(by, level satisfies Level, input.reason)) };
    },
  }),
};

function reportOf({ id, messageId, place, from, content, reportedBy, reason: because, at }: Report) {
  return { id, message: messageId, place, from, content, by: reportedBy, reason: because, at: new Date(at).toISOString() };
}
