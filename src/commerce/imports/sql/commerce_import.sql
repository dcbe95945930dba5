-- name: schema
CREATE TABLE import_run (
  id BIGINT PRIMARY KEY, kind TEXT NOT NULL, file_name TEXT NOT NULL, state TEXT NOT NULL,
  rows_read BIGINT NOT NULL DEFAULT 0, rows_changed BIGINT NOT NULL DEFAULT 0, rows_refused BIGINT NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '', created_at BIGINT NOT NULL, finished_at BIGINT NOT NULL DEFAULT 0);
CREATE TABLE import_refused_row (
  import_id BIGINT NOT NULL, position BIGINT NOT NULL, line BIGINT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL,
  PRIMARY KEY (import_id, position));

-- name: named_list
ALTER TABLE import_run ADD COLUMN list TEXT NOT NULL DEFAULT '';

-- name: named_mode
ALTER TABLE import_run ADD COLUMN mode TEXT NOT NULL DEFAULT '';

-- name: insert_run
INSERT INTO import_run (id, kind, file_name, state, created_at, list, mode) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: update_run
UPDATE import_run SET state = $2, rows_read = $3, rows_changed = $4, rows_refused = $5, error = $6, finished_at = $7
WHERE id = $1;

-- name: clear_refused
DELETE FROM import_refused_row WHERE import_id = $1;

-- name: insert_refused
INSERT INTO import_refused_row (import_id, position, line, reason, message) VALUES ($1, $2, $3, $4, $5);

-- name: find_run
SELECT id, kind, file_name, state, rows_read, rows_changed, rows_refused, error, created_at, finished_at, list, mode
FROM import_run WHERE id = $1;

-- name: list_refused
SELECT line, reason, message FROM import_refused_row WHERE import_id = $1 ORDER BY position;

-- name: list_runs
SELECT id, kind, file_name, state, rows_read, rows_changed, rows_refused, error, created_at, finished_at, list, mode
FROM import_run WHERE id < $1 ORDER BY id DESC LIMIT $2;

-- name: unfinished_runs
SELECT id FROM import_run WHERE state = 'waiting' OR state = 'running' ORDER BY id;
