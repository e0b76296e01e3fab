-- Every query of the store, by name. The in-memory twin has a method for each; another database brings a
-- file with the same names. Lists are passed as JSON arrays.

-- name: meta_get
SELECT version, boot, seq, fence, ticket, sum FROM meta;
-- name: meta_put
UPDATE meta SET boot = :boot, seq = :seq, fence = :fence, ticket = :ticket, sum = :sum;
-- name: outbox_drop
DELETE FROM outbox WHERE seq <= :seq;
-- name: outbox_all
SELECT seq, body FROM outbox ORDER BY seq;
-- name: outbox_add
INSERT INTO outbox VALUES (:seq, :body);

-- name: owner_get
SELECT * FROM owner WHERE id = :id;
-- name: owner_put
INSERT INTO owner VALUES (:id, :kind, :issue, :project, :repo, :pid, :started, :boot, :pid_namespace,
  :since, :until, :sum)
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, issue = excluded.issue, project = excluded.project,
  repo = excluded.repo, pid = excluded.pid, started = excluded.started, boot = excluded.boot,
  pid_namespace = excluded.pid_namespace, since = excluded.since, until = excluded.until, sum = excluded.sum;
-- name: owner_all
SELECT * FROM owner ORDER BY since, id;
-- name: owner_of_session
SELECT * FROM owner WHERE id >= :low AND id < :high ORDER BY since, id;
-- name: owner_drop
DELETE FROM owner WHERE id = :id;
-- name: owner_clear
DELETE FROM owner;

-- name: lease_on
SELECT * FROM lease WHERE key IN (SELECT value FROM json_each(:keys));
-- name: lease_twin
SELECT key FROM lease WHERE digest IN (SELECT value FROM json_each(:digests));
-- name: lease_inode
SELECT key FROM lease INDEXED BY lease_inode WHERE inode = :inode AND inode <> ''
UNION SELECT key FROM lease INDEXED BY lease_alias WHERE inode || '' = :inode AND inode <> '';
-- name: lease_under
SELECT * FROM lease WHERE key >= :low AND key < :high;
-- name: lease_of
SELECT * FROM lease WHERE owner = :owner ORDER BY key;
-- name: lease_all
SELECT * FROM lease ORDER BY key;
-- name: lease_put
INSERT INTO lease VALUES (:key, :digest, :kind, :shown, :inode, :owner, :fence, :since, :until, :purpose, :sum)
ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, kind = excluded.kind, shown = excluded.shown,
  inode = excluded.inode, owner = excluded.owner, fence = excluded.fence, since = excluded.since,
  until = excluded.until, purpose = excluded.purpose, sum = excluded.sum;
-- name: lease_drop
DELETE FROM lease WHERE key = :key AND fence = :fence;
-- name: lease_clear
DELETE FROM lease;

-- name: ticket_all
SELECT * FROM ticket ORDER BY number;
-- name: ticket_put
INSERT INTO ticket VALUES (:number, :owner, :wants, :since, :until, :yielded_to, :waiting)
ON CONFLICT (number) DO UPDATE SET until = excluded.until, yielded_to = excluded.yielded_to,
  waiting = excluded.waiting;
-- name: ticket_drop
DELETE FROM ticket WHERE number = :number;
-- name: ticket_clear
DELETE FROM ticket;

-- name: call_get
SELECT * FROM call WHERE id = :id;
-- name: call_put
INSERT INTO call VALUES (:id, :owner, :tool, :at, :decision, :ended)
ON CONFLICT (id) DO UPDATE SET decision = excluded.decision, ended = excluded.ended;
-- name: call_open
SELECT * FROM call WHERE ended = 0 AND owner >= :low AND owner < :high ORDER BY at;
-- name: call_clear
DELETE FROM call;
-- name: call_prune
DELETE FROM call WHERE at < :before;

-- name: seen_get
SELECT digest, mark FROM seen WHERE owner = :owner AND key = :key;
-- name: seen_put
INSERT INTO seen VALUES (:owner, :key, :digest, :mark)
ON CONFLICT (owner, key) DO UPDATE SET digest = excluded.digest, mark = excluded.mark;
-- name: seen_drop
DELETE FROM seen WHERE owner = :owner;
-- name: wrote_get
SELECT owner, kind, digest, at, wall FROM wrote WHERE key = :key;
-- name: wrote_put
INSERT INTO wrote VALUES (:key, :owner, :kind, :digest, :at, :wall)
ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, kind = excluded.kind, digest = excluded.digest,
  at = excluded.at, wall = excluded.wall;
-- name: wrote_past
UPDATE wrote SET at = -1;
-- name: wrote_prune
DELETE FROM wrote WHERE wall < :before;
-- name: seen_of
SELECT key, digest, mark FROM seen WHERE owner = :owner ORDER BY key LIMIT 512;
