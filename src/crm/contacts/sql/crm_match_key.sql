-- Match keys of the fuzzy rules in use. They hold no name or address, only hashes, and may be written anew at any time:
-- `contact_match_state` says how far that has come.

-- name: create_match_key dialect: sqlite
CREATE TABLE contact_match_key (
  key BIGINT NOT NULL,
  contact BIGINT NOT NULL,
  PRIMARY KEY (key, contact)
) WITHOUT ROWID;
CREATE TABLE contact_match_state (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  version BIGINT NOT NULL,
  phase TEXT NOT NULL,
  done_contact BIGINT NOT NULL
);

-- name: create_match_key dialect: postgresql
CREATE TABLE contact_match_key (
  key BIGINT NOT NULL,
  contact BIGINT NOT NULL,
  PRIMARY KEY (key, contact)
);
CREATE TABLE contact_match_state (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  version BIGINT NOT NULL,
  phase TEXT NOT NULL,
  done_contact BIGINT NOT NULL
);

-- name: insert_key
INSERT INTO contact_match_key (key, contact) VALUES ($1, $2) ON CONFLICT (key, contact) DO NOTHING;

-- name: delete_key
DELETE FROM contact_match_key WHERE key = $1 AND contact = $2;

-- Of each key at most $2 contacts; those that share most keys first.
-- name: find_candidates dialect: sqlite
SELECT m.contact FROM json_each($1) k
JOIN contact_match_key m ON m.key = k.value
  AND m.contact IN (SELECT n.contact FROM contact_match_key n WHERE n.key = k.value LIMIT $2)
GROUP BY m.contact ORDER BY COUNT(*) DESC, m.contact LIMIT $3;

-- name: find_candidates dialect: postgresql
SELECT m.contact FROM json_array_elements_text(CAST($1 AS JSON)) AS k
CROSS JOIN LATERAL (SELECT n.contact FROM contact_match_key n WHERE n.key = CAST(k AS BIGINT) LIMIT $2) m
GROUP BY m.contact ORDER BY COUNT(*) DESC, m.contact LIMIT $3;

-- name: find_state
SELECT version, phase, done_contact FROM contact_match_state WHERE id = 1;

-- name: save_state
INSERT INTO contact_match_state (id, version, phase, done_contact) VALUES (1, $1, $2, $3)
ON CONFLICT (id) DO UPDATE SET version = $1, phase = $2, done_contact = $3;

-- name: clear_some
DELETE FROM contact_match_key WHERE key IN (SELECT key FROM contact_match_key ORDER BY key LIMIT $1);
