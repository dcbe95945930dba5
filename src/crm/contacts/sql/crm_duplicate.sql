-- Sets of contacts that a duplicate rule took for one person, for people to review, and the merges they made of them. A
-- merge's snapshot holds what undoing it needs; it is emptied when the time for that is over.

-- name: create_duplicates
CREATE TABLE duplicate_set (
  id BIGINT PRIMARY KEY,
  rule TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  closed_at BIGINT,
  closed_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX duplicate_set_status ON duplicate_set (status, id);
CREATE TABLE duplicate_set_item (
  duplicate_set BIGINT NOT NULL REFERENCES duplicate_set (id),
  contact BIGINT NOT NULL,
  score BIGINT NOT NULL,
  PRIMARY KEY (duplicate_set, contact)
);
CREATE INDEX duplicate_set_item_contact ON duplicate_set_item (contact);
CREATE TABLE contact_merge (
  id BIGINT PRIMARY KEY,
  duplicate_set BIGINT NOT NULL,
  loser BIGINT NOT NULL,
  master BIGINT NOT NULL,
  merged_at BIGINT NOT NULL,
  merged_by TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  undone_at BIGINT,
  undone_by TEXT NOT NULL DEFAULT '',
  kept TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX contact_merge_loser ON contact_merge (loser);
CREATE INDEX contact_merge_master ON contact_merge (master);
CREATE INDEX contact_merge_time ON contact_merge (merged_at) WHERE snapshot <> '';

-- name: find_open_set dialect: sqlite
SELECT s.id FROM duplicate_set_item i JOIN duplicate_set s ON s.id = i.duplicate_set
WHERE i.contact IN (SELECT value FROM json_each($1)) AND s.status = 'open' ORDER BY s.id LIMIT 1;

-- name: find_open_set dialect: postgresql
SELECT s.id FROM duplicate_set_item i JOIN duplicate_set s ON s.id = i.duplicate_set
WHERE i.contact = ANY (ARRAY(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS JSON)) AS value))
  AND s.status = 'open' ORDER BY s.id LIMIT 1;

-- A set with all of these contacts of which a person said that they are different people.
-- name: find_dismissed_set dialect: sqlite
SELECT s.id FROM duplicate_set_item i JOIN duplicate_set s ON s.id = i.duplicate_set
WHERE i.contact IN (SELECT value FROM json_each($1)) AND s.status = 'dismissed'
GROUP BY s.id HAVING COUNT(*) = $2 LIMIT 1;

-- name: find_dismissed_set dialect: postgresql
SELECT s.id FROM duplicate_set_item i JOIN duplicate_set s ON s.id = i.duplicate_set
WHERE i.contact = ANY (ARRAY(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS JSON)) AS value))
  AND s.status = 'dismissed'
GROUP BY s.id HAVING COUNT(*) = $2 LIMIT 1;

-- name: insert_set
INSERT INTO duplicate_set (id, rule, status, created_at) VALUES ($1, $2, 'open', $3);

-- name: insert_item
INSERT INTO duplicate_set_item (duplicate_set, contact, score) VALUES ($1, $2, $3)
ON CONFLICT (duplicate_set, contact) DO NOTHING;

-- name: list_sets
SELECT id, rule, status, created_at, closed_at, closed_by FROM duplicate_set
WHERE status = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: get_set
SELECT id, rule, status, created_at, closed_at, closed_by FROM duplicate_set WHERE id = $1;

-- name: items_of_set
SELECT contact, score FROM duplicate_set_item WHERE duplicate_set = $1 ORDER BY contact;

-- name: close_set
UPDATE duplicate_set SET status = $2, closed_at = $3, closed_by = $4 WHERE id = $1;

-- name: reopen_set
UPDATE duplicate_set SET status = 'open', closed_at = NULL, closed_by = '' WHERE id = $1 AND status = 'merged';

-- name: delete_contact_as_merged
UPDATE contact SET is_deleted = 1, deleted_at = $2, master = $3, modified_at = $2, modified_by = $4, system_modstamp = $2
WHERE id = $1;

-- name: undelete_contact
UPDATE contact SET is_deleted = 0, deleted_at = NULL, master = NULL, b2c_customer_id = $2, modified_at = $3, modified_by = $4,
  system_modstamp = $3
WHERE id = $1;

-- name: identities_of_contact
SELECT email_normalized FROM contact_identity WHERE contact = $1 ORDER BY email_normalized;

-- name: move_identity
UPDATE contact_identity SET contact = $4 WHERE site_group = $1 AND email_normalized = $2 AND contact = $3;

-- name: insert_merge
INSERT INTO contact_merge (id, duplicate_set, loser, master, merged_at, merged_by, snapshot)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: get_merge
SELECT id, duplicate_set, loser, master, merged_at, merged_by, snapshot, undone_at, undone_by, kept
FROM contact_merge WHERE id = $1;

-- name: list_merges
SELECT m.id, m.duplicate_set, m.loser, m.master, m.merged_at, m.merged_by, m.snapshot, m.undone_at, m.undone_by, m.kept,
  COALESCE(l.name, ''), COALESCE(l.email, ''), COALESCE(c.name, ''), COALESCE(c.email, '')
FROM contact_merge m LEFT JOIN contact l ON l.id = m.loser LEFT JOIN contact c ON c.id = m.master
WHERE m.id < $1 ORDER BY m.id DESC LIMIT $2;

-- name: undo_merge
UPDATE contact_merge SET undone_at = $2, undone_by = $3, kept = $4, snapshot = '' WHERE id = $1;

-- name: forget_old_snapshots
UPDATE contact_merge SET snapshot = '' WHERE merged_at < $1 AND snapshot <> '';

-- name: snapshots
SELECT id, snapshot FROM contact_merge WHERE snapshot LIKE '%@%' ORDER BY id;

-- name: forget_snapshot
UPDATE contact_merge SET snapshot = '' WHERE id = $1;

-- name: forget_merges
DELETE FROM contact_merge WHERE loser = $1 OR master = $1;

-- name: forget_items
DELETE FROM duplicate_set_item WHERE contact = $1;
