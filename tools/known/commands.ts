import { CommandError } from '../../server/base/exit-codes.ts';
import { parseHostPort } from '../../server/config/addresses.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { Noun } from '../cli/context.ts';
import { describeCommand } from '../cli/help.ts';
import { type Known, KnownServers, nameOf, type Place } from './known-servers.ts';

const chatPort = 12_345;

/** `classcord known list|accept|forget` */
export const knownNoun: Noun = (program, context) => {
  const { lang, env, stdout } = context;
  const noun = describeCommand(program.command('known'), texts.known, lang);
  const servers = () => KnownServers.of(env);

  describeCommand(noun.command('list'), texts.list, lang).action(() => {
    for (const { place, known } of servers().all()) stdout.write(`${place}  ${wordsOf(known, lang)}\n`);
  });

  describeCommand(noun.command('accept'), texts.accept, lang)
    .argument('<host:port>', texts.place[lang])
    .argument('<fingerprint>', texts.fingerprint[lang])
    .action((address: string, fingerprint: string) => {
      const place = placeOf(address, lang);
      const isCertificate = /^(?:[0-9a-f]{2}:?){32}$/i.test(fingerprint);
      if (!isCertificate && !/^SHA256:[\w+/]{43}$/.test(fingerprint))
        throw new CommandError('usage', texts.form[lang].replace('{value}', fingerprint));
      const spelled = fingerprint.replaceAll(':', '').toUpperCase().match(/../g)?.join(':') ?? '';
      servers().keep(place, isCertificate ? { kind: 'tls', fingerprint: spelled } : { kind: 'key', fingerprint });
      stdout.write(`${nameOf(place)}  ${wordsOf(servers().find(place), lang)}\n`);
    });

  describeCommand(noun.command('forget'), texts.forget, lang)
    .argument('<host:port>', texts.place[lang])
    .action((address: string) => {
      const place = placeOf(address, lang);
      if (!servers().forget(place)) throw new CommandError('notFound', texts.unknown[lang].replace('{place}', nameOf(place)));
    });
};

function placeOf(address: string, lang: Lang): Place {
  const place = parseHostPort(address) ?? parseHostPort(`${address}:${chatPort}`);
  if (place === null) throw new CommandError('usage', texts.address[lang].replace('{value}', address));
  return place;
}

function wordsOf({ tls, key }: Known, lang: Lang): string {
  return [tls, key]
    .filter((mark) => mark !== null)
    .map((mark) => (mark.kind === 'ca' ? texts.ca[lang] : mark.kind === 'tls' ? `TLS ${mark.fingerprint}` : mark.fingerprint))
    .join('  ');
}

const texts = {
  known: {
    summary: {
      en: 'The servers that this account knows, and by what it knows them again.',
      fr: 'Les serveurs que ce compte connaît, et à quoi il les reconnaît.',
    },
    examples: ['classcord known list', 'classcord known forget chat.school.example'],
  },
  list: {
    summary: { en: 'List the known servers.', fr: 'Énumérer les serveurs connus.' },
    examples: ['classcord known list'],
  },
  accept: {
    summary: {
      en: 'Know a server by that fingerprint from now on: of its certificate, or of its identity (SHA256:…).',
      fr: 'Reconnaître désormais un serveur à cette empreinte : de son certificat, ou de son identité (SHA256:…).',
    },
    examples: ['classcord known accept chat.school.example:12345 3F:A0:…'],
  },
  forget: {
    summary: {
      en: 'Forget a server: the next connection is a first one.',
      fr: 'Oublier un serveur : la prochaine connexion est une première.',
    },
    examples: ['classcord known forget chat.school.example'],
  },
  place: { en: 'The server.', fr: 'Le serveur.' },
  fingerprint: { en: 'As its operator says it.', fr: 'Comme le dit son exploitant.' },
  address: { en: '{value} must be HOST or HOST:PORT', fr: '{value} doit être HÔTE ou HÔTE:PORT' },
  form: {
    en: '{value} is no fingerprint: 32 pairs of hexadecimal digits, or SHA256: and 43 characters',
    fr: '{value} n’est pas une empreinte : 32 paires de chiffres hexadécimaux, ou SHA256: et 43 caractères',
  },
  unknown: { en: '{place} is not known', fr: '{place} n’est pas connu' },
  ca: { en: 'TLS by an authority', fr: 'TLS par une autorité' },
} as const;
