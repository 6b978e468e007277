import type { Lang } from '../server/protocol/texts.ts';
import type { DownReason } from './look.ts';

interface Words {
  readonly up: string;
  readonly down: string;
  readonly colon: string;
  readonly age: string;
  readonly refresh: string;
  readonly reasons: Readonly<Record<DownReason, string>>;
  readonly cards: Readonly<Record<string, string>>;
}

/** Every text of the landing page. */
export const words = {
  en: {
    up: 'The server runs.',
    down: 'The server is not seen',
    colon: ':',
    age: 'Figures of',
    refresh: 'renewed every 5 s',
    reasons: {
      missing: 'there is no database yet. Start it: classcord serve',
      stopped: 'it was stopped.',
      owner: 'the database belongs to another user.',
      unreadable: 'the database cannot be read.',
      slow: 'the disk does not answer.',
      none: 'the database holds no figures yet.',
      stale: 'its last figures are old.',
    },
    cards: {
      connections: 'Connections',
      people: 'People present',
      rate: 'Messages',
      messages: 'In channels, stored',
      privateMessages: 'Private, stored',
      accounts: 'Accounts',
      channels: 'Channels',
      response: 'Response time, 95 %',
      delivery: 'Delivery, 95 %',
      lag: 'Event loop late by',
      errors: 'Requests refused',
      memory: 'Memory',
      cpu: 'Processor',
      database: 'Database',
      wal: 'Write-ahead log',
      since: 'Running for',
    },
  },
  fr: {
    up: 'Le serveur fonctionne.',
    down: 'Le serveur n’est pas vu',
    colon: ' :',
    age: 'Chiffres d’il y a',
    refresh: 'renouvelé toutes les 5 s',
    reasons: {
      missing: 'il n’y a pas encore de base. Pour le lancer : classcord serve',
      stopped: 'il a été arrêté.',
      owner: 'la base appartient à un autre utilisateur.',
      unreadable: 'la base ne peut pas être lue.',
      slow: 'le disque ne répond pas.',
      none: 'la base ne contient pas encore de chiffres.',
      stale: 'ses derniers chiffres sont anciens.',
    },
    cards: {
      connections: 'Connexions',
      people: 'Personnes présentes',
      rate: 'Messages',
      messages: 'Dans les canaux, enregistrés',
      privateMessages: 'Privés, enregistrés',
      accounts: 'Comptes',
      channels: 'Canaux',
      response: 'Temps de réponse, 95 %',
      delivery: 'Remise, 95 %',
      lag: 'Retard de la boucle',
      errors: 'Demandes refusées',
      memory: 'Mémoire',
      cpu: 'Processeur',
      database: 'Base de données',
      wal: 'Journal d’écriture',
      since: 'En marche depuis',
    },
  },
} as const satisfies Record<Lang, Words>;
