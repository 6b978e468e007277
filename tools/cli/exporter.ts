import type { Noun } from './context.ts';
import type { ExporterFlags, ExporterRun } from './exporter-start.ts';
import { describeCommand } from './help.ts';

/** `classcord exporter`, carried out by `run`. */
export function exporterNoun(run: (options: ExporterRun) => Promise<number>): Noun {
  return (program, context) => {
    const { lang } = context;
    describeCommand(program.command('exporter'), texts.exporter, lang)
      .option('--listen <host:port>', texts.listen[lang], '127.0.0.1:9091')
      .option('--data <dir>', texts.data[lang])
      .option('--config <file>', texts.config[lang])
      .option('--stale-after <seconds>', texts.staleAfter[lang], '10')
      .action(async (flags: ExporterFlags) => {
        const { startExporter } = await import('./exporter-start.ts');
        await startExporter(flags, context, run);
      });
  };
}

const texts = {
  exporter: {
    summary: {
      en: 'Tell Prometheus how the server is: /metrics, /healthz, and a page for people.',
      fr: 'Dire à Prometheus comment va le serveur : /metrics, /healthz, et une page pour les humains.',
    },
    examples: ['classcord exporter', 'classcord exporter --listen 0.0.0.0:9091 --data /srv/chat'],
  },
  listen: { en: 'Where to listen; 127.0.0.1:9091 by default.', fr: 'Où écouter ; 127.0.0.1:9091 par défaut.' },
  data: { en: 'Folder of the server’s database.', fr: 'Dossier de la base du serveur.' },
  config: { en: 'Configuration file of the server (TOML).', fr: 'Fichier de configuration du serveur (TOML).' },
  staleAfter: {
    en: 'A server whose figures are older than that is down; 10 by default.',
    fr: 'Un serveur dont les chiffres sont plus anciens est arrêté ; 10 par défaut.',
  },
} as const;
