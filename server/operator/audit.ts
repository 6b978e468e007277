import { z } from 'zod';
import { verifyChain } from '../base/audit-chain.ts';
import { verb } from './verb.ts';

/** The verbs of `classcord audit`. */
export const auditVerbs = {
  'audit list': verb({
    input: z.strictObject({
      actor: z.string().max(128).optional(),
      action: z.string().max(64).optional(),
      subject: z.string().max(128).optional(),
      since: z.iso.datetime({ offset: false }).or(z.iso.date()).optional(),
      before: z.int().positive().optional(),
      limit: z.int().min(1).max(1000).default(100),
    }),
    args: [],
    fields: {
      actor: { doc: { en: 'Who did it: a name, or operator:NAME.', fr: 'Qui l’a fait : un nom, ou operator:NOM.' }, value: 'NAME' },
      action: { doc: { en: 'What was done, as sanction.ban.', fr: 'Ce qui a été fait, comme sanction.ban.' }, value: 'ACTION' },
      subject: { doc: { en: 'To whom or to what.', fr: 'À qui ou à quoi.' }, value: 'NAME' },
      since: {
        doc: { en: 'From then on: 2026-11-22, or 2026-11-22T09:00:00Z.', fr: 'À partir de : 2026-11-22, ou 2026-11-22T09:00:00Z.' },
        value: 'TIME',
      },
      before: { doc: { en: 'Older than this row, to go on.', fr: 'Avant cette ligne, pour continuer.' }, value: 'ID' },
      limit: { doc: { en: 'At most so many.', fr: 'Au plus tant.' }, value: 'N' },
    },
    kind: 'read',
    summary: { en: 'List privileged acts, the newest first.', fr: 'Lister les actes privilégiés, le plus récent d’abord.' },
    example: 'classcord audit list --action sanction.ban --since 2026-11-01',
    plan: async ({ store }, query) => {
      const rows = await store.audit.list(query);
      return {
        data: rows.map(({ id, at, action, actorName, subjectName, detail }) => ({
          id,
          at,
          action,
          actor: actorName,
          subject: subjectName,
          detail,
        })),
      };
    },
  }),

  'audit verify': verb({
    input: z.strictObject({
      head: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    }),
    args: [],
    fields: {
      head: {
        doc: {
          en: 'A head noted earlier: where no row has it, rows at the end were cut off.',
          fr: 'Un head noté auparavant : si aucune ligne ne le porte, des lignes ont été coupées à la fin.',
        },
        value: 'HASH',
      },
    },
    kind: 'read',
    summary: {
      en: 'Follow the chain of hashes from the first row to the last (exit 65 where it breaks). Keep `head` elsewhere: given back with --head, it proves that nothing was cut off.',
      fr: 'Suivre la chaîne des empreintes de la première à la dernière ligne (sortie 65 là où elle rompt). Gardez `head` ailleurs : rendu par --head, il prouve que rien n’a été coupé.',
    },
    example: 'classcord audit verify',
    plan: async ({ store }, { head }) => {
      const verdict = await verifyChain((after, limit) => store.audit.page(after, limit), head);
      if (!verdict.isWhole) return { data: { whole: false, rows: verdict.rows, broken_at: verdict.brokenAt }, exit: 'damaged' };
      return { data: { whole: true, rows: verdict.rows, head: verdict.head } };
    },
  }),
};
