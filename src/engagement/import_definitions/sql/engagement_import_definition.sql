-- Import definitions, their runs (one a file) and the rows those refused.

-- name: schema_1
-- definition: as the API writes it. applied_*: of the last file that was applied.
CREATE TABLE import_definition (
  id BIGINT PRIMARY KEY,
  key TEXT NOT NULL,
  folded_key TEXT NOT NULL UNIQUE,
  definition TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  applied_hash TEXT NOT NULL DEFAULT '',
  applied_time BIGINT NOT NULL DEFAULT 0,
  applied_sequence BIGINT NOT NULL DEFAULT 0
);
-- state: waiting, queued, running, held, completed, ignored, failed, discarded. staged_table .. definition: of a run under way.
CREATE TABLE import_run (
  id BIGINT PRIMARY KEY,
  definition_id BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  path TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  started_by TEXT NOT NULL DEFAULT '',
  order_time BIGINT NOT NULL,
  order_sequence BIGINT NOT NULL,
  content_hash TEXT NOT NULL DEFAULT '',
  bytes BIGINT NOT NULL DEFAULT 0,
  rows_read BIGINT NOT NULL DEFAULT 0,
  rows_refused BIGINT NOT NULL DEFAULT 0,
  rows_duplicated BIGINT NOT NULL DEFAULT 0,
  rows_applied BIGINT NOT NULL DEFAULT 0,
  released BIGINT NOT NULL DEFAULT 0,
  staged_table BIGINT NOT NULL DEFAULT 0,
  staged_columns TEXT NOT NULL DEFAULT '',
  applied_through BIGINT NOT NULL DEFAULT 0,
  applying BIGINT NOT NULL DEFAULT 0,
  definition TEXT NOT NULL DEFAULT '',
  arrived_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT
);
CREATE INDEX import_run_open ON import_run (definition_id, state) WHERE state IN ('waiting', 'queued', 'running', 'held');
CREATE INDEX import_run_of ON import_run (definition_id, id);
CREATE TABLE import_run_error (
  run_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  column_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (run_id, line)
);

-- name: insert_definition
INSERT INTO import_definition (id, key, folded_key, definition, created_at, modified_at) VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (folded_key) DO NOTHING;

-- name: change_definition
UPDATE import_definition SET definition = $2, modified_at = $3 WHERE id = $1;

-- name: count_definitions
SELECT COUNT(*) FROM import_definition;

-- name: find_definition
SELECT id, definition, created_at, modified_at FROM import_definition WHERE id = $1;

-- name: find_by_key
SELECT id, definition, created_at, modified_at FROM import_definition WHERE folded_key = $1;

-- name: list_definitions
SELECT id, definition, created_at, modified_at FROM import_definition ORDER BY id LIMIT 1000;

-- name: delete_definition
DELETE FROM import_definition WHERE id = $1;

-- name: delete_errors_of
DELETE FROM import_run_error WHERE run_id IN (SELECT id FROM import_run WHERE definition_id = $1);

-- name: delete_runs_of
DELETE FROM import_run WHERE definition_id = $1;

-- name: staged_of
SELECT staged_table FROM import_run WHERE definition_id = $1 AND staged_table <> 0;

-- name: find_applied
SELECT applied_hash, applied_time, applied_sequence FROM import_definition WHERE id = $1;

-- name: set_applied
UPDATE import_definition SET applied_hash = $2, applied_time = $3, applied_sequence = $4 WHERE id = $1;

-- name: insert_run
INSERT INTO import_run (id, definition_id, file_name, path, state, started_by, order_time, order_sequence, arrived_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: delete_run
DELETE FROM import_run WHERE id = $1;

-- Files that wait or may still be wanted.
-- name: open_paths
SELECT path FROM import_run WHERE state IN ('waiting', 'queued', 'running', 'held');

-- name: queue_waiting
UPDATE import_run SET state = 'queued', started_by = $2 WHERE definition_id = $1 AND state = 'waiting' RETURNING id;

-- The definition whose file has waited longest; of its files the first in their order. One that runs already goes on.
-- name: next_run
SELECT id FROM import_run r WHERE state IN ('queued', 'running') AND definition_id = (
  SELECT definition_id FROM import_run WHERE state IN ('queued', 'running') ORDER BY CASE state WHEN 'running' THEN 0 ELSE 1 END, id LIMIT 1)
ORDER BY CASE state WHEN 'running' THEN 0 ELSE 1 END, order_time, order_sequence, id LIMIT 1;

-- name: find_run
SELECT id, definition_id, file_name, path, state, reason, started_by, order_time, order_sequence, content_hash, bytes, rows_read,
  rows_refused, rows_duplicated, rows_applied, released, staged_table, staged_columns, applied_through, applying, definition,
  arrived_at, started_at, finished_at
FROM import_run WHERE id = $1;

-- name: list_runs
SELECT id, definition_id, file_name, path, state, reason, started_by, order_time, order_sequence, content_hash, bytes, rows_read,
  rows_refused, rows_duplicated, rows_applied, released, staged_table, staged_columns, applied_through, applying, definition,
  arrived_at, started_at, finished_at
FROM import_run WHERE definition_id = $1 AND id < $2 AND ($3 = '' OR state = $3) ORDER BY id DESC LIMIT $4;

-- A run begins, or begins anew.
-- name: start_run
UPDATE import_run SET state = 'running', started_at = $2, definition = $3, content_hash = $4, bytes = $5, staged_table = $6,
  staged_columns = '', rows_read = 0, rows_refused = 0, rows_duplicated = 0, rows_applied = 0, applied_through = 0, applying = 0
WHERE id = $1 AND state IN ('queued', 'running');

-- name: still_runs
SELECT 1 FROM import_run WHERE id = $1 AND state = 'running';

-- name: save_progress
UPDATE import_run SET rows_read = $2, rows_refused = $3, rows_duplicated = $4, rows_applied = $5, applied_through = $6,
  applying = $7, staged_columns = $8
WHERE id = $1;

-- name: clear_errors
DELETE FROM import_run_error WHERE run_id = $1;

-- name: insert_error
INSERT INTO import_run_error (run_id, line, column_name, reason, message) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (run_id, line) DO NOTHING;

-- name: list_errors
SELECT line, column_name, reason, message FROM import_run_error WHERE run_id = $1 AND line > $2 ORDER BY line LIMIT $3;

-- name: finish_run
UPDATE import_run SET state = $2, reason = $3, finished_at = $4, staged_table = 0, applying = 0, definition = '', staged_columns = ''
WHERE id = $1 AND state IN ('queued', 'running');

-- name: release_run
UPDATE import_run SET state = 'queued', released = 1, reason = '', finished_at = NULL WHERE id = $1 AND state = 'held';

-- name: discard_run
UPDATE import_run SET state = 'discarded', finished_at = $2 WHERE id = $1 AND state IN ('held', 'waiting');

-- name: count_open
SELECT COUNT(*) FROM import_run WHERE definition_id = $1 AND state IN ('queued', 'running');

-- name: newest_since
SELECT state, file_name, reason FROM import_run WHERE definition_id = $1 AND (arrived_at >= $2 OR started_at >= $2 OR finished_at >= $2)
ORDER BY CASE WHEN state IN ('failed', 'held') THEN 0 ELSE 1 END, id DESC LIMIT 1;

-- Of the newest thousand of each definition the errors are kept, and the runs.
-- name: forget_errors
DELETE FROM import_run_error WHERE run_id IN (SELECT id FROM import_run WHERE definition_id = $1 AND finished_at IS NOT NULL AND id <= (
  SELECT id FROM import_run WHERE definition_id = $1 ORDER BY id DESC LIMIT 1 OFFSET 1000));

-- name: forget_runs
DELETE FROM import_run WHERE definition_id = $1 AND finished_at IS NOT NULL AND state <> 'held' AND id <= (
  SELECT id FROM import_run WHERE definition_id = $1 ORDER BY id DESC LIMIT 1 OFFSET 1000);

-- The file of a run may tell of whoever is to be forgotten.
-- name: fail_open_runs
UPDATE import_run SET state = 'failed', reason = $1, finished_at = $2 WHERE state IN ('waiting', 'queued', 'running', 'held');

-- name: staged_of_ended
SELECT staged_table FROM import_run WHERE staged_table <> 0 AND state NOT IN ('queued', 'running');

-- name: forget_staged
UPDATE import_run SET staged_table = 0 WHERE staged_table = $1;
