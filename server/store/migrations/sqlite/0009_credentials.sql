-- What proves who somebody is beside the password: logins that are in force, bearer tokens, one-time codes. Times in ms since 1970.

-- Grows whenever those who proved themselves before have to do so again: a new password, a lock.
ALTER TABLE accounts ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;

-- One row per login. Of a connection until it is cut for good; of a web login until it is over, refreshed or not.
CREATE TABLE sessions (
  id            TEXT PRIMARY KEY,
  account_id    INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind          TEXT NOT NULL CHECK (kind IN ('password', 'token', 'jwt', 'key')),
  token_id      INTEGER REFERENCES tokens (id) ON DELETE CASCADE,
  -- The server process that holds the connection; its rows end with it. Empty: no connection holds it (a web login).
  node          TEXT NOT NULL,
  client        TEXT NOT NULL,
  -- A keyed hash, never an address.
  address       TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  seen_at       INTEGER NOT NULL,
  expires_at    INTEGER,
  -- SHA-256 of what it is refreshed with, and of what it was refreshed with before.
  refresh_hash  TEXT,
  previous_hash TEXT,
  rotated_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (expires_at) WHERE expires_at IS NOT NULL;

-- Bearer tokens of bots; what is kept is their SHA-256. An id is never given again.
CREATE TABLE tokens (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  hash       TEXT NOT NULL UNIQUE,
  -- Words with blanks between.
  scopes     TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at    INTEGER,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tokens_of_account ON tokens (account_id);

-- One-time codes (RFC 6238). The secret is sealed with a key that is not in the database; a step that was used is not taken again.
CREATE TABLE totp (
  account_id   INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  secret       BLOB NOT NULL,
  created_at   INTEGER NOT NULL,
  -- Null: its first code was not given yet, and it is not in force.
  confirmed_at INTEGER,
  last_step    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What is left of the codes for somebody who lost the device; each is removed when it is used.
CREATE TABLE recovery_codes (
  account_id INTEGER NOT NULL REFERENCES totp (account_id) ON DELETE CASCADE,
  hash       TEXT NOT NULL,
  PRIMARY KEY (account_id, hash)
) STRICT, WITHOUT ROWID;
