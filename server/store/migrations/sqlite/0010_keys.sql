-- Public keys with which accounts log in: the 32 bytes of an Ed25519 key, base64.
CREATE TABLE account_keys (
  account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  key        TEXT NOT NULL,
  comment    TEXT NOT NULL,
  added_at   INTEGER NOT NULL,
  used_at    INTEGER,
  PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;
