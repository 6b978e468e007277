import { type CommandRow, lacking } from './row.ts';

const files = lacking([
  'This server has no files to share yet; a link in a message is what there is.',
  'Ce serveur ne partage pas encore de fichiers ; reste un lien dans un message.',
]);

/** Commands that people may know from elsewhere, for which servers have nothing yet. */
export const lackingCommands = {
  files,
  upload: files,
  download: files,
  verify: lacking([
    'This server has no end-to-end encryption yet: people have no keys to verify. “encrypted” below is the connection.',
    'Ce serveur n’a pas encore de chiffrement de bout en bout : personne n’a de clé à vérifier. « chiffré » en bas parle de la connexion.',
  ]),
  lesson: lacking([
    'This server has no lesson mode yet; /readonly on lets only those talk who keep the channel, and /hand is a queue.',
    'Ce serveur n’a pas encore de mode cours ; /readonly on ne laisse parler que ceux qui tiennent le canal, et /hand fait une file.',
  ]),
} as const satisfies Record<string, CommandRow>;
