/** What is read from tables and files rather than counted: one list for the server, which tells it, and the exporter, which reads it anew. */
export const figureInstruments = {
  classcord_users_registered: { help: 'Accounts.', label: null },
  classcord_channels: { help: 'Channels, by visibility.', label: 'visibility' },
  classcord_messages_stored: { help: 'Messages in the database, by kind.', label: 'kind' },
  classcord_db_size_bytes: { help: 'Size of the database file.', label: null },
  classcord_db_wal_bytes: { help: 'Size of the write-ahead log beside it.', label: null },
  classcord_search_lag_seconds: { help: 'For how long the oldest message has been there that no search finds yet.', label: null },
  classcord_db_schema_version: { help: 'Schema of the database.', label: null },
} as const;
export type FigureName = keyof typeof figureInstruments;

/** By label value; a figure without a label has the single one `all`. */
export type Figures = Readonly<Record<FigureName, Readonly<Record<string, number>>>>;
