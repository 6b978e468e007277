import { type Answer, permissionMatrix } from '../../server/domain/permissions.ts';
import type { Bilingual, Noun } from './context.ts';
import { describeCommand } from './help.ts';

/** `classcord permissions`: who may do what, from the table that the server asks. */
export const permissionsNoun: Noun = (program, { lang, stdout }) => {
  describeCommand(program.command('permissions'), texts, lang)
    .option('--json', texts.json[lang])
    .action(({ json }: { json?: boolean }) => {
      const matrix = permissionMatrix();
      if (json === true) {
        stdout.write(`${JSON.stringify(matrix, null, 2)}\n`);
        return;
      }
      const roles = Object.keys(matrix[0]?.roles ?? {});
      const rows = [
        [texts.action[lang], ...roles],
        ...matrix.map(({ permission, roles: may }) => [permission, ...Object.values(may).map(signOf)]),
      ];
      const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
      const lines = rows.map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      );
      stdout.write(`${lines.join('\n')}\n\n${texts.legend[lang]}\n`);
    });
};

function signOf(answer: Answer): string {
  return answer === 'no' ? '-' : answer;
}

const texts = {
  summary: {
    en: 'Show who may do what: the table of roles and actions.',
    fr: 'Afficher qui peut faire quoi : la table des rôles et des actions.',
  },
  examples: ['classcord permissions', 'classcord permissions --json'],
  json: { en: 'As one JSON document.', fr: 'En un document JSON.' },
  action: { en: 'action', fr: 'action' },
  legend: {
    en: 'public: in every public channel. The columns of a channel say what its role adds to a user of the server, in that channel.',
    fr: 'public : dans tout canal public. Les colonnes d’un canal disent ce que son rôle ajoute à un utilisateur du serveur, dans ce canal.',
  },
} as const satisfies Record<string, Bilingual | readonly string[]>;
