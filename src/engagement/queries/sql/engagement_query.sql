-- name: schema_1
-- Query activities. state: idle, queued, running. What the last run wrote, or why it failed, stands with it.
CREATE TABLE query_activity (
  id BIGINT PRIMARY KEY,
  key TEXT NOT NULL,
  folded_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  query_text TEXT NOT NULL,
  target_key TEXT NOT NULL,
  update_type BIGINT NOT NULL,
  category BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  queued_at BIGINT,
  started_at BIGINT,
  finished_at BIGINT,
  rows_written BIGINT NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX query_activity_waiting ON query_activity (queued_at) WHERE state <> 'idle';

-- name: insert_query
INSERT INTO query_activity (id, key, folded_key, name, description, query_text, target_key, update_type, category, created_at,
  modified_at, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 'idle') ON CONFLICT (folded_key) DO NOTHING;

-- name: count_queries
SELECT COUNT(*) FROM query_activity;

-- name: change_query
UPDATE query_activity SET name = $2, description = $3, query_text = $4, target_key = $5, update_type = $6, modified_at = $7
WHERE id = $1;

-- name: delete_query
DELETE FROM query_activity WHERE id = $1;

-- name: find_query
SELECT id, key, name, description, query_text, target_key, update_type, category, created_at, modified_at, state, started_at,
  finished_at, rows_written, error
FROM query_activity WHERE id = $1;

-- name: list_queries
SELECT id, key, name, description, query_text, target_key, update_type, category, created_at, modified_at, state, started_at,
  finished_at, rows_written, error
FROM query_activity ORDER BY id;

-- name: queue_query
UPDATE query_activity SET state = 'queued', queued_at = $2 WHERE id = $1 AND state = 'idle';

-- A run that a kill cut short has written nothing: it is begun again.
-- name: next_waiting
SELECT id FROM query_activity WHERE state <> 'idle' ORDER BY queued_at, id LIMIT 1;

-- name: start_query
UPDATE query_activity SET state = 'running', started_at = $2 WHERE id = $1;

-- name: finish_query
UPDATE query_activity SET state = 'idle', finished_at = $2, rows_written = $3, error = $4 WHERE id = $1;

-- Whether what a run has read may still be written: nobody was forgotten since it began.
-- name: still_runs
SELECT 1 FROM query_activity WHERE id = $1 AND state = 'running' AND started_at IS NOT NULL;
