-- What the exporter reads: the newest figures of each node, the JSON of its registry. `at` is in ms since 1970.
CREATE TABLE metrics_snapshots (
  node TEXT PRIMARY KEY,
  at   INTEGER NOT NULL,
  json TEXT NOT NULL
) STRICT;

-- A write that changes nothing else: what it takes to know that the database can be written now.
CREATE TABLE probes (
  node TEXT PRIMARY KEY,
  at   INTEGER NOT NULL
) STRICT;

-- Who did what that others must be able to look up. Rows are only ever added.
CREATE TABLE audit (
  id      INTEGER PRIMARY KEY,
  at      TEXT NOT NULL,
  action  TEXT NOT NULL,
  actor   TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail  TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END;
