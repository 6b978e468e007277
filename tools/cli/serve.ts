import { type Command, Option } from 'commander';
import type { ServeOptions } from '../../server/config/load.ts';
import type { Profile } from '../../server/config/schema.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { Bilingual, Noun } from './context.ts';
import { describeCommand } from './help.ts';

/** `classcord serve` */
export const serveNoun: Noun = (program, context) => {
  const command = describeCommand(program.command('serve'), texts.serve, context.lang);
  addServeFlags(command, context.lang).action(async () => {
    context.takeOver();
    context.finish(await context.serve({ ...command.opts<ServeOptions>(), lang: context.lang }));
  });
};

/** The flags that choose a configuration: the same wherever one is loaded. */
export function addServeFlags(command: Command, lang: Lang): Command {
  const collect = (value: string, values: readonly string[] = []) => [...values, value];
  const profiles = Object.entries(profileTexts).map(([name, text]) => `${name}: ${text[lang]}`);
  return command
    .option('--listen <host:port>', texts.listen[lang], collect)
    .option('--data <dir>', texts.data[lang])
    .option('--config <file>', texts.config[lang])
    .option('--set <section.key=value>', texts.set[lang], collect)
    .addOption(new Option('--profile <name>', profiles.join('; ')).choices(Object.keys(profileTexts)));
}

/** A record of every profile of the schema: one that is missing here does not compile. */
const profileTexts: Readonly<Record<Profile, Bilingual>> = {
  bench: { en: 'higher limits, for measuring only', fr: 'limites relevées, pour mesurer seulement' },
};

const texts = {
  serve: {
    summary: { en: 'Run the server.', fr: 'Lancer le serveur.' },
    examples: ['classcord serve', 'classcord serve --listen 127.0.0.1:12345 --data /srv/chat --set auth.guests=off'],
  },
  listen: { en: 'Where to listen; repeatable.', fr: 'Où écouter ; répétable.' },
  data: { en: 'Folder of the database.', fr: 'Dossier de la base de données.' },
  config: { en: 'Configuration file (TOML).', fr: 'Fichier de configuration (TOML).' },
  set: { en: 'One setting, over everything else; repeatable.', fr: 'Un réglage, au-dessus de tout le reste ; répétable.' },
} as const;
