import type { ServeOptions } from '../../server/config/load.ts';
import type { Noun } from '../cli/context.ts';
import { describeCommand } from '../cli/help.ts';
import { addServeFlags } from '../cli/serve.ts';

/** `classcord doctor` */
export const doctorNoun: Noun = (program, context) => {
  const command = describeCommand(program.command('doctor'), texts.doctor, context.lang);
  addServeFlags(command, context.lang)
    .option('--json', texts.json[context.lang])
    .action(async (options: ServeOptions & { readonly json?: boolean }) => {
      const { runDoctor } = await import('./run.ts');
      await runDoctor(options, context);
    });
};

const texts = {
  doctor: {
    summary: {
      en: 'Look at everything a server needs, and say how to mend what is wrong (exit 1, or 3 for warnings). Changes nothing. Takes the flags of serve.',
      fr: 'Examiner tout ce dont un serveur a besoin, et dire comment réparer (sortie 1, ou 3 pour des alertes). Ne change rien. Accepte les options de serve.',
    },
    examples: ['classcord doctor', 'classcord doctor --data /var/lib/classcord --json'],
  },
  json: { en: 'As one JSON document.', fr: 'En un document JSON.' },
} as const;
