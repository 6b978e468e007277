-- Accounts, channels, messages. Times are UTC, ISO 8601 with milliseconds; people of a conversation are keys: u<account id>, g<session> for a guest.
CREATE TABLE accounts (
  id            INTEGER PRIMARY KEY,
  username      TEXT NOT NULL,
  fold          TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  role          TEXT NOT NULL DEFAULT 'user' CHECK (role IN ('admin', 'moderator', 'user')),
  created_at    TEXT NOT NULL
) STRICT;

-- What is counted against guessed passwords; addresses are keyed hashes, never addresses.
CREATE TABLE login_failures (
  key     TEXT PRIMARY KEY,
  count   INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE known_addresses (
  account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  address    TEXT NOT NULL,
  last_at    TEXT NOT NULL,
  PRIMARY KEY (account_id, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE channels (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  fold       TEXT NOT NULL UNIQUE,
  visibility TEXT NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'private')),
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_seq   INTEGER NOT NULL DEFAULT 0,
  last_at    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The course's export script reads username, channel, content, timestamp from this table.
CREATE TABLE messages (
  id         INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL REFERENCES channels (id),
  seq        INTEGER NOT NULL,
  author     TEXT NOT NULL,
  username   TEXT NOT NULL,
  channel    TEXT NOT NULL,
  content    TEXT NOT NULL,
  timestamp  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX messages_by_channel ON messages (channel_id, seq);

-- A private conversation: two people, the lesser key first.
CREATE TABLE conversations (
  id       INTEGER PRIMARY KEY,
  low      TEXT NOT NULL,
  high     TEXT NOT NULL,
  last_seq INTEGER NOT NULL DEFAULT 0,
  last_at  INTEGER NOT NULL DEFAULT 0,
  UNIQUE (low, high)
) STRICT;

CREATE TABLE private_messages (
  id              INTEGER PRIMARY KEY,
  conversation_id INTEGER NOT NULL REFERENCES conversations (id),
  seq             INTEGER NOT NULL,
  author          TEXT NOT NULL,
  username        TEXT NOT NULL,
  recipient       TEXT NOT NULL,
  recipient_name  TEXT NOT NULL,
  content         TEXT NOT NULL,
  timestamp       TEXT NOT NULL,
  waiting         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX private_messages_by_conversation ON private_messages (conversation_id, seq);
CREATE INDEX private_messages_waiting ON private_messages (recipient, id) WHERE waiting = 1;

-- Messages that were sent with a nonce, for a day: the same nonce again is the same message.
CREATE TABLE nonces (
  author TEXT NOT NULL,
  nonce  TEXT NOT NULL,
  id     INTEGER NOT NULL,
  seq    INTEGER NOT NULL,
  at     INTEGER NOT NULL,
  PRIMARY KEY (author, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX nonces_by_age ON nonces (at);

-- The one counter of message ids, over channels and private conversations alike.
CREATE TABLE counters (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('message_id', 0);

INSERT INTO channels (name, fold, created_by, created_at) VALUES ('#general', 'general', 'server', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
