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
-- name: lease_not_of
SELECT 1 FROM lease WHERE owner < :owner UNION ALL SELECT 1 FROM lease WHERE owner > :owner LIMIT 1;
-- name: lease_others_under
SELECT * FROM lease WHERE key >= :low AND key < :high AND owner <> :owner LIMIT :most;
-- name: lease_others
SELECT * FROM lease WHERE owner <> :owner LIMIT :most;
-- name: lease_others_trees
SELECT * FROM lease WHERE kind = 'tree' AND owner <> :owner LIMIT :most;
-- name: lease_of
SELECT * FROM lease WHERE owner = :owner ORDER BY key;
-- name: lease_all
SELECT * FROM lease ORDER BY key;
-- name: lease_put
INSERT INTO lease VALUES (:key, :digest, :kind, :shown, :inode, :owner, :fence, :since, :until, :purpose, :waited,
  :sum)
ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, kind = excluded.kind, shown = excluded.shown,
  inode = excluded.inode, owner = excluded.owner, fence = excluded.fence, since = excluded.since,
  until = excluded.until, purpose = excluded.purpose, waited = excluded.waited, sum = excluded.sum;
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
INSERT INTO call VALUES (:id, :owner, :tool, :at, :decision, :ended, '')
ON CONFLICT (id) DO UPDATE SET decision = excluded.decision, ended = excluded.ended;
-- name: call_mark
UPDATE call SET note = :note WHERE id = :id;
-- name: call_since
SELECT id, at FROM call WHERE owner = :owner AND at > :at ORDER BY at, id LIMIT 1;
-- name: call_open
SELECT * FROM call WHERE ended = 0 AND owner >= :low AND owner < :high ORDER BY at;
-- name: call_end
UPDATE call SET ended = 1 WHERE owner = :owner AND ended = 0;
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
-- name: seen_copy
INSERT INTO seen SELECT :new, key, digest, mark FROM seen WHERE owner = :old
ON CONFLICT (owner, key) DO UPDATE SET digest = excluded.digest, mark = excluded.mark;
-- name: past_get
SELECT boot, came FROM past WHERE owner = :owner;
-- name: past_put
INSERT INTO past VALUES (:owner, :boot, :came, :last)
ON CONFLICT (owner) DO UPDATE SET boot = excluded.boot, came = excluded.came, last = excluded.last;
-- name: past_leave
UPDATE past SET last = :wall WHERE last < 0 AND NOT EXISTS (SELECT 1 FROM owner WHERE id = past.owner);
-- name: past_gone
SELECT owner, last, (SELECT count(*) FROM seen WHERE seen.owner = past.owner) FROM past
WHERE NOT EXISTS (SELECT 1 FROM owner WHERE id = past.owner) ORDER BY last DESC, owner;
-- name: past_drop
DELETE FROM past WHERE owner = :owner;
-- name: wrote_get
SELECT owner, kind, digest, at, wall FROM wrote WHERE key = :key;
-- name: wrote_put
INSERT INTO wrote VALUES (:key, :owner, :kind, :digest, :at, :wall)
ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, kind = excluded.kind, digest = excluded.digest,
  at = excluded.at, wall = excluded.wall;
-- name: wrote_by_others
SELECT 1 FROM wrote WHERE key >= :low AND key < :high AND owner <> :owner LIMIT 1;
-- name: wrote_under
SELECT * FROM wrote WHERE key >= :low AND key < :high ORDER BY key;
-- name: wrote_past
UPDATE wrote SET at = -1;
-- name: wrote_prune
DELETE FROM wrote WHERE wall < :before;
-- name: seen_of
SELECT key, digest, mark FROM seen WHERE owner = :owner ORDER BY key LIMIT 512;
-- name: seen_under
SELECT key, digest FROM seen WHERE owner = :owner AND key >= :low AND key < :high ORDER BY key;

-- name: base_get
SELECT * FROM base WHERE key = :key;
-- name: base_put
INSERT INTO base VALUES (:key, :owner, :lease, :shown, :digest, :mark, :mode, :size, :how, :wall, :looked,
  :writing)
ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, lease = excluded.lease, shown = excluded.shown,
  digest = excluded.digest, mark = excluded.mark, mode = excluded.mode, size = excluded.size, how = excluded.how,
  wall = excluded.wall, looked = excluded.looked, writing = excluded.writing;
-- name: base_mark
UPDATE base SET mark = :mark WHERE key = :key;
-- name: base_writing
UPDATE base SET writing = :at WHERE key = :key AND owner = :owner;
-- name: base_looked
UPDATE base SET looked = :at WHERE key IN (SELECT value FROM json_each(:keys));
-- name: base_due
SELECT base.*, lease.key IS NOT NULL FROM base
LEFT JOIN lease ON lease.key = base.lease AND lease.owner = base.owner
WHERE base.looked < :before ORDER BY base.looked, base.key LIMIT :most;
-- name: base_drop
DELETE FROM base WHERE key = :key;
-- name: base_prune
DELETE FROM base WHERE NOT EXISTS (SELECT 1 FROM lease WHERE key = base.lease AND owner = base.owner);
-- name: base_digests
SELECT DISTINCT digest FROM base ORDER BY digest;
-- name: base_clear
DELETE FROM base;

-- name: shell_put
INSERT INTO shell VALUES (:id, :owner, :command, :background, :began, :over, :noted)
ON CONFLICT (id) DO UPDATE SET background = excluded.background, over = excluded.over, noted = excluded.noted;
-- name: shell_any
SELECT 1 FROM shell LIMIT 1;
-- name: shell_all
SELECT * FROM shell ORDER BY began, id;
-- name: shell_end
UPDATE shell SET over = :at WHERE owner = :owner AND over < 0 AND background <= :background;
-- name: shell_drop
DELETE FROM shell WHERE over >= 0 AND over < :before;
-- name: shell_clear
DELETE FROM shell;

-- name: version_add
INSERT INTO version VALUES ((SELECT coalesce(max(number), 0) + 1 FROM version), :key, :digest, :mode, :size,
  :owners, :how, :wall);
-- name: version_of
SELECT * FROM version WHERE key = :key ORDER BY number DESC;
-- name: version_digests
SELECT digest FROM version ORDER BY number;
-- name: version_prune
DELETE FROM version WHERE wall < :before;

-- name: notice_add
INSERT INTO notice VALUES ((SELECT coalesce(max(number), 0) + 1 FROM notice), :owner, :wall, :text);
-- name: notice_of
SELECT text FROM notice WHERE owner = :owner ORDER BY number;
-- name: notice_drop
DELETE FROM notice WHERE owner = :owner;
-- name: notice_prune
DELETE FROM notice WHERE NOT EXISTS (SELECT 1 FROM owner WHERE id = notice.owner);
-- name: notice_clear
DELETE FROM notice;

-- name: kept_get
SELECT bytes FROM kept;
-- name: kept_add
INSERT INTO kept VALUES (1, :bytes) ON CONFLICT (id) DO UPDATE SET bytes = kept.bytes + excluded.bytes;
-- name: kept_set
INSERT INTO kept VALUES (1, :bytes) ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes;
