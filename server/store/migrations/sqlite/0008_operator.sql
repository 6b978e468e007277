-- What an operator does to accounts, and classes: a roster, its channels, a code that lets others in.
ALTER TABLE accounts ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
-- The password was made for a slip of paper: it only serves to choose another one.
ALTER TABLE accounts ADD COLUMN one_time INTEGER NOT NULL DEFAULT 0;
-- The row of a deleted account stays: its id is never given again, nobody else gets its name, and its messages keep their author.
ALTER TABLE accounts ADD COLUMN deleted_at TEXT;

CREATE TABLE classes (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  fold       TEXT NOT NULL UNIQUE,
  code       TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  closed_at  TEXT
) STRICT;

CREATE TABLE class_channels (
  class_id   INTEGER NOT NULL REFERENCES classes (id) ON DELETE CASCADE,
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  -- Everybody of the class is in it; otherwise it is that of one group.
  is_common  INTEGER NOT NULL,
  PRIMARY KEY (class_id, channel_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE class_members (
  class_id   INTEGER NOT NULL REFERENCES classes (id) ON DELETE CASCADE,
  account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  PRIMARY KEY (class_id, account_id)
) STRICT, WITHOUT ROWID;
