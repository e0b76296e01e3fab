-- The embedded store, version 1. `sum` seals a row, `digest` is a second way to find a lease: a flipped bit
-- can hide a row from one index, not from both (see embedded.py).
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL, fence INTEGER NOT NULL, ticket INTEGER NOT NULL,
  sum INTEGER NOT NULL
);
CREATE TABLE owner (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL, issue TEXT NOT NULL, project TEXT NOT NULL, repo TEXT NOT NULL,
  pid INTEGER NOT NULL, started INTEGER NOT NULL, boot TEXT NOT NULL, pid_namespace TEXT NOT NULL,
  since REAL NOT NULL, until REAL NOT NULL, sum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE lease (
  key TEXT PRIMARY KEY,
  digest INTEGER NOT NULL, kind TEXT NOT NULL, shown TEXT NOT NULL, inode TEXT NOT NULL, owner TEXT NOT NULL,
  fence INTEGER NOT NULL, since REAL NOT NULL, until REAL NOT NULL, purpose TEXT NOT NULL,
  waited INTEGER NOT NULL, sum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX lease_digest ON lease (digest);
CREATE INDEX lease_inode ON lease (inode) WHERE inode <> '';
CREATE INDEX lease_alias ON lease (inode || '') WHERE inode <> '';
CREATE INDEX lease_owner ON lease (owner);
CREATE INDEX lease_tree ON lease (kind) WHERE kind = 'tree';
CREATE TABLE ticket (
  number INTEGER PRIMARY KEY,
  owner TEXT NOT NULL, wants TEXT NOT NULL, since REAL NOT NULL, until REAL NOT NULL, yielded_to TEXT NOT NULL,
  waiting INTEGER NOT NULL
);
CREATE TABLE call (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL, tool TEXT NOT NULL, at REAL NOT NULL, decision TEXT NOT NULL, ended INTEGER NOT NULL,
  note TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX call_at ON call (at);
CREATE TABLE seen (
  owner TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, mark TEXT NOT NULL,
  PRIMARY KEY (owner, key)
) WITHOUT ROWID;
-- When each owner came, kept when it ends. `last` is when its end was noticed, seconds since 1970; -1 before.
CREATE TABLE past (
  owner TEXT PRIMARY KEY, boot TEXT NOT NULL, came REAL NOT NULL, last REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE wrote (
  key TEXT PRIMARY KEY,
  owner TEXT NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL, at REAL NOT NULL, wall REAL NOT NULL
) WITHOUT ROWID;
-- What each held file was when its holder last had it in hand; `how` says whether the content is the holder's
-- ("held") or what another made of it ("breach"). `looked` and `writing` are on the store's clock.
CREATE TABLE base (
  key TEXT PRIMARY KEY,
  owner TEXT NOT NULL, lease TEXT NOT NULL, shown TEXT NOT NULL, digest TEXT NOT NULL, mark TEXT NOT NULL,
  mode INTEGER NOT NULL, size INTEGER NOT NULL, how TEXT NOT NULL, wall REAL NOT NULL, looked REAL NOT NULL,
  writing REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX base_looked ON base (looked);
-- Shell commands that run, or ended and may have changed what was not looked at since. `over` is -1 while one
-- runs; `noted` is up to when its changes to free files were looked for.
CREATE TABLE shell (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL, command TEXT NOT NULL, background INTEGER NOT NULL, began REAL NOT NULL, over REAL NOT NULL,
  noted REAL NOT NULL
) WITHOUT ROWID;
-- What can be given back (doors/kept.py has the bytes): "held" is a holder's, "breach" what replaced it,
-- "replaced" what a restore replaced. `owners` is a line each.
CREATE TABLE version (
  number INTEGER PRIMARY KEY,
  key TEXT NOT NULL, digest TEXT NOT NULL, mode INTEGER NOT NULL, size INTEGER NOT NULL, owners TEXT NOT NULL,
  how TEXT NOT NULL, wall REAL NOT NULL
);
CREATE INDEX version_key ON version (key);
CREATE TABLE notice (number INTEGER PRIMARY KEY, owner TEXT NOT NULL, wall REAL NOT NULL, text TEXT NOT NULL);
CREATE INDEX notice_owner ON notice (owner);
CREATE TABLE kept (id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL);
CREATE TABLE outbox (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
INSERT INTO meta VALUES (1, 1, '', 0, 0, 0, 797448010499767537);
