-- Sanctions, reports, personal blocks, the emergency level, and a hash chain through the audit.

-- The ledger: rows stay when what they say is over. A guest is a keyed hash of where it came from; a network is kept as it was given.
CREATE TABLE sanctions (
  id         INTEGER PRIMARY KEY,
  kind       TEXT NOT NULL CHECK (kind IN ('warn', 'mute', 'kick', 'ban')),
  account_id INTEGER REFERENCES accounts (id) ON DELETE CASCADE,
  guest      TEXT,
  guest_name TEXT,
  network    TEXT,
  channel_id INTEGER REFERENCES channels (id) ON DELETE CASCADE,
  reason     TEXT NOT NULL,
  imposed_by TEXT NOT NULL,
  at         INTEGER NOT NULL,
  until      INTEGER,
  lifted_by  TEXT,
  lifted_at  INTEGER,
  CHECK (account_id IS NOT NULL OR guest IS NOT NULL OR network IS NOT NULL)
) STRICT;
CREATE INDEX sanctions_of_account ON sanctions (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX sanctions_of_guest ON sanctions (guest) WHERE guest IS NOT NULL;
CREATE INDEX sanctions_open ON sanctions (until) WHERE lifted_at IS NULL;

ALTER TABLE notifications ADD COLUMN sanction_id INTEGER REFERENCES sanctions (id) ON DELETE CASCADE;
CREATE INDEX notifications_by_sanction ON notifications (sanction_id) WHERE sanction_id IS NOT NULL;

CREATE TABLE reports (
  id            INTEGER PRIMARY KEY,
  message_id    INTEGER NOT NULL,
  reported_by   TEXT NOT NULL,
  reporter_name TEXT NOT NULL,
  reason        TEXT NOT NULL,
  at            INTEGER NOT NULL,
  resolved_by   TEXT,
  resolved_at   INTEGER,
  UNIQUE (message_id, reported_by)
) STRICT;
CREATE INDEX reports_open ON reports (id) WHERE resolved_at IS NULL;
CREATE INDEX reports_of ON reports (reported_by) WHERE resolved_at IS NULL;

-- Whom somebody wants to hear nothing from in private: `u12`, or a guest for as long as it is here.
CREATE TABLE blocks (
  account_id   INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  blocked      TEXT NOT NULL,
  blocked_name TEXT NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (account_id, blocked)
) STRICT, WITHOUT ROWID;

-- What the whole server remembers in one value: the emergency level.
CREATE TABLE server_state (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each row's hash covers the one before it; rows from before this column are covered by the first that has one.
ALTER TABLE audit ADD COLUMN hash TEXT;
