-- The search index. Contentless: the texts stand in their own tables, a second copy would double the file; contentless_delete lets a
-- row leave by its id alone. `scope` holds tokens for what a search is narrowed to: c<channel>, a<author's account>, and u<account> for
-- each of the two people of a private message.
CREATE VIRTUAL TABLE search USING fts5(
  scope, content, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
-- Merging is asked for in small pieces, never done on the way of a write (store/sqlite/search-index.ts).
INSERT INTO search (search, rank) VALUES ('automerge', 0);
INSERT INTO search (search, rank) VALUES ('crisismerge', 1000);

-- All messages up to here are in the index.
CREATE TABLE search_position (last_id INTEGER NOT NULL) STRICT;
INSERT INTO search_position VALUES (0);

-- Messages that are no longer what the index says of them; no search finds them until it is corrected.
CREATE TABLE search_dirty (id INTEGER PRIMARY KEY) STRICT;

CREATE TRIGGER messages_changed AFTER UPDATE OF content, deleted ON messages
BEGIN
  INSERT OR IGNORE INTO search_dirty VALUES (new.id);
END;
CREATE TRIGGER messages_removed AFTER DELETE ON messages
BEGIN
  INSERT OR IGNORE INTO search_dirty VALUES (old.id);
END;
CREATE TRIGGER private_messages_changed AFTER UPDATE OF content, deleted ON private_messages
BEGIN
  INSERT OR IGNORE INTO search_dirty VALUES (new.id);
END;
CREATE TRIGGER private_messages_removed AFTER DELETE ON private_messages
BEGIN
  INSERT OR IGNORE INTO search_dirty VALUES (old.id);
END;
