-- Channels with members, roles and settings; messages with replies, tags, mentions, revisions, reactions and pins.
ALTER TABLE channels ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN slow_mode_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN retention_days INTEGER NOT NULL DEFAULT 0;

CREATE TABLE memberships (
  account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  role       TEXT NOT NULL CHECK (role IN ('owner', 'moderator', 'member')),
  joined_at  TEXT NOT NULL,
  read_seq   INTEGER NOT NULL DEFAULT 0,
  notify     TEXT NOT NULL DEFAULT 'mentions' CHECK (notify IN ('all', 'mentions', 'none')),
  PRIMARY KEY (account_id, channel_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_channel ON memberships (channel_id);

CREATE TABLE invitations (
  account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  invited_by TEXT NOT NULL,
  at         TEXT NOT NULL,
  PRIMARY KEY (account_id, channel_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE messages ADD COLUMN reply_to INTEGER;
ALTER TABLE messages ADD COLUMN tags TEXT;
ALTER TABLE messages ADD COLUMN mentions TEXT;
ALTER TABLE messages ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE private_messages ADD COLUMN reply_to INTEGER;
ALTER TABLE private_messages ADD COLUMN tags TEXT;
ALTER TABLE private_messages ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE private_messages ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;

-- What a message said before it was edited or deleted; readable by moderators.
CREATE TABLE revisions (
  message_id INTEGER NOT NULL,
  revision   INTEGER NOT NULL,
  content    TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  reason     TEXT,
  at         TEXT NOT NULL,
  PRIMARY KEY (message_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE reactions (
  message_id INTEGER NOT NULL,
  emoji      TEXT NOT NULL,
  person     TEXT NOT NULL,
  username   TEXT NOT NULL,
  at         TEXT NOT NULL,
  PRIMARY KEY (message_id, emoji, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE pins (
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  message_id INTEGER NOT NULL,
  pinned_by  TEXT NOT NULL,
  at         TEXT NOT NULL,
  PRIMARY KEY (channel_id, message_id)
) STRICT, WITHOUT ROWID;

-- How far somebody has read a private conversation.
CREATE TABLE conversation_reads (
  account_id      INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  read_seq        INTEGER NOT NULL,
  PRIMARY KEY (account_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_by_high ON conversations (high);

-- Mentions, and sanctions later, that somebody has not seen yet.
CREATE TABLE notifications (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind       TEXT NOT NULL CHECK (kind IN ('mention', 'invitation', 'sanction')),
  channel_id INTEGER REFERENCES channels (id) ON DELETE CASCADE,
  message_id INTEGER,
  seq        INTEGER,
  by         TEXT NOT NULL,
  at         TEXT NOT NULL
) STRICT;
CREATE INDEX notifications_of ON notifications (account_id, channel_id, seq);
