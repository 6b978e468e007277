-- The id of a notification is never given again: whoever says late that one was seen never means another, which nobody saw.
CREATE TABLE kept_notifications (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id  INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind        TEXT NOT NULL CHECK (kind IN ('mention', 'invitation', 'sanction')),
  channel_id  INTEGER REFERENCES channels (id) ON DELETE CASCADE,
  message_id  INTEGER,
  seq         INTEGER,
  by          TEXT NOT NULL,
  at          TEXT NOT NULL,
  sanction_id INTEGER REFERENCES sanctions (id) ON DELETE CASCADE
) STRICT;
INSERT INTO kept_notifications (id, account_id, kind, channel_id, message_id, seq, by, at, sanction_id)
  SELECT id, account_id, kind, channel_id, message_id, seq, by, at, sanction_id FROM notifications;
DROP TABLE notifications;
ALTER TABLE kept_notifications RENAME TO notifications;
CREATE INDEX notifications_of ON notifications (account_id, channel_id, seq);
CREATE INDEX notifications_by_message ON notifications (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX notifications_by_sanction ON notifications (sanction_id) WHERE sanction_id IS NOT NULL;

-- Which ids were given before and are gone is not known: in a database that was used, the next ones begin far behind them.
DELETE FROM sqlite_sequence WHERE name = 'notifications';
INSERT INTO sqlite_sequence
  SELECT 'notifications', coalesce(max(id), 0) + 1000000 FROM notifications HAVING EXISTS (SELECT 1 FROM accounts);
