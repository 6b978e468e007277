/** What keeps a server from starting, or worries it when it does. `{name}` marks a parameter. */
export const startTexts = {
  data_in_use: {
    en: 'Another server uses {folder}: pid {pid}. Stop it first, or give this one its own folder with --data.',
    fr: 'Un autre serveur utilise {folder} : pid {pid}. Arrêtez-le d’abord, ou donnez à celui-ci son propre dossier avec --data.',
  },
  data_not_written: {
    en: 'The data folder {folder} cannot be written: {why}.',
    fr: 'Impossible d’écrire dans le dossier de données {folder} : {why}.',
  },
  data_not_made: {
    en: 'The data folder {folder} cannot be made: {why}.',
    fr: 'Impossible de créer le dossier de données {folder} : {why}.',
  },
  data_nowhere: {
    en: 'The data folder {folder} cannot be made: {parent} takes no folders. Name another with --data.',
    fr: 'Impossible de créer le dossier de données {folder} : {parent} n’accepte pas de dossier. Indiquez-en un autre avec --data.',
  },
  host_unknown: {
    en: 'Cannot listen on {address}: there is no host {host} ({why}); choose another with --listen HOST:PORT.',
    fr: 'Impossible d’écouter sur {address} : l’hôte {host} n’existe pas ({why}) ; choisissez-en un autre avec --listen HÔTE:PORT.',
  },
  port_taken: {
    en: 'Cannot listen on {address}: another program listens there; stop it, or choose another port with --listen HOST:PORT.',
    fr: 'Impossible d’écouter sur {address} : un autre programme y écoute ; arrêtez-le, ou choisissez un autre port avec --listen HÔTE:PORT.',
  },
  cert_unreadable: {
    en: '{file} cannot be read ({why}): name the certificate with tls.cert and its key with tls.key, or make them: classcord cert self-signed',
    fr: '{file} ne peut pas être lu ({why}) : indiquez le certificat avec tls.cert et sa clé avec tls.key, ou créez-les : classcord cert self-signed',
  },
  cert_unusable: {
    en: '{file} cannot be used ({why}): it must be PEM, a certificate for tls.cert and an unencrypted private key for tls.key.',
    fr: '{file} ne peut pas servir ({why}) : il faut du PEM, un certificat pour tls.cert et une clé privée non chiffrée pour tls.key.',
  },
  cert_mismatch: {
    en: '{file} is not the key of the certificate: tls.cert and tls.key must belong together.',
    fr: '{file} n’est pas la clé du certificat : tls.cert et tls.key doivent aller ensemble.',
  },
  cert_expiring: {
    en: 'The certificate {file} is good until {until} only: put a new one in its place, it is taken up without a restart.',
    fr: 'Le certificat {file} n’est valable que jusqu’au {until} : mettez-en un nouveau à sa place, il est pris sans redémarrage.',
  },
  port_refused: { en: 'Cannot listen on {address}: {why}.', fr: 'Impossible d’écouter sur {address} : {why}.' },
  health_unavailable: {
    en: 'Nobody can ask for the health of this server: {address} cannot be had ({why}).',
    fr: 'Personne ne peut demander l’état de santé de ce serveur : {address} ne peut pas être obtenue ({why}).',
  },
  gateway_unavailable: {
    en: 'No WebSocket gateway: {address} cannot be had ({why}); choose another gateway.listen (WS_BIND_ADDR).',
    fr: 'Pas de passerelle WebSocket : {address} ne peut pas être obtenue ({why}) ; choisissez un autre gateway.listen (WS_BIND_ADDR).',
  },
  database_damaged: {
    en: 'The database {file} is damaged: {damage}. It was left as it is. To keep it and restore a backup: mv {file} {file}.damaged && rm -f {file}-wal {file}-shm {file}-mark {file}-seal && cp BACKUP {file}',
    fr: 'La base {file} est endommagée : {damage}. Elle est laissée telle quelle. Pour la garder et restaurer une sauvegarde : mv {file} {file}.damaged && rm -f {file}-wal {file}-shm {file}-mark {file}-seal && cp SAUVEGARDE {file}',
  },
  database_changed: {
    en: 'bytes have changed since the last stop, though nobody has written to it',
    fr: 'des octets ont changé depuis le dernier arrêt, sans que personne y ait écrit',
  },
  database_behind: {
    en: 'The database {file} lacks {missing} of the {marked} commits that were on the disk: its log is damaged, or an older copy was put in its place. Nothing was changed; the log was copied to {kept}. To restore a backup: mv {file} {file}.damaged && rm -f {file}-wal {file}-shm {file}-mark {file}-seal && cp BACKUP {file}. To go on with what is there: rm {file}-mark',
    fr: 'Il manque à la base {file} {missing} des {marked} écritures qui étaient sur le disque : son journal est endommagé, ou une copie plus ancienne a été mise à sa place. Rien n’a été changé ; le journal a été copié dans {kept}. Pour restaurer une sauvegarde : mv {file} {file}.damaged && rm -f {file}-wal {file}-shm {file}-mark {file}-seal && cp SAUVEGARDE {file}. Pour continuer avec ce qui reste : rm {file}-mark',
  },
  database_newer: {
    en: 'The database has schema {current}, this program knows {newest} at most: start the newer program again, or restore a backup of the older one.',
    fr: 'La base a le schéma {current}, ce programme connaît {newest} au plus : relancez le programme plus récent, ou restaurez une sauvegarde de l’ancien.',
  },
  no_copy: {
    en: 'The database is to be brought to a newer schema, and its copy {copy} cannot be made: {why}. Nothing was changed.',
    fr: 'La base doit passer à un schéma plus récent, et sa copie {copy} ne peut pas être faite : {why}. Rien n’a été changé.',
  },
  no_migrations: {
    en: 'No migrations in {folder}: the installation is incomplete, run “npm run build”.',
    fr: 'Aucune migration dans {folder} : l’installation est incomplète, lancez « npm run build ».',
  },
  no_default_channel: { en: 'The database has no default channel.', fr: 'La base n’a pas de canal par défaut.' },
  no_package: {
    en: 'package.json is missing: the installation is incomplete.',
    fr: 'package.json manque : l’installation est incomplète.',
  },
  sqlite_old: {
    en: 'SQLite {version} has a bug that can corrupt data; {oldest} or newer is needed: run “npm ci”.',
    fr: 'SQLite {version} a un défaut qui peut abîmer les données ; il faut {oldest} ou plus récent : lancez « npm ci ».',
  },
  sqlite_broken: {
    en: 'The module better-sqlite3 does not load on this Node.js: run “npm rebuild better-sqlite3” (it needs python3, make and g++).',
    fr: 'Le module better-sqlite3 ne se charge pas avec ce Node.js : lancez « npm rebuild better-sqlite3 » (il faut python3, make et g++).',
  },
  argon2_broken: {
    en: 'The module argon2 does not work on this Node.js: run “npm rebuild argon2”.',
    fr: 'Le module argon2 ne marche pas avec ce Node.js : lancez « npm rebuild argon2 ».',
  },
  check_begun: {
    en: 'The last stop was not in good order: the database is being checked beside the service.',
    fr: 'Le dernier arrêt ne s’est pas fait en bon ordre : la base est vérifiée à côté du service.',
  },
  check_unfinished: {
    en: 'The check was not finished; the next start begins it anew.',
    fr: 'La vérification n’est pas terminée ; le prochain démarrage la recommence.',
  },
} as const;
