-- name: schema
CREATE TABLE import_job_run (
  id BIGINT PRIMARY KEY, job TEXT NOT NULL, cause TEXT NOT NULL, state TEXT NOT NULL, status TEXT NOT NULL DEFAULT '',
  files BIGINT NOT NULL DEFAULT 0, files_failed BIGINT NOT NULL DEFAULT 0, rows_changed BIGINT NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT '', created_at BIGINT NOT NULL, finished_at BIGINT);
CREATE INDEX import_job_run_open ON import_job_run (id) WHERE state <> 'finished';
CREATE UNIQUE INDEX import_job_run_waiting ON import_job_run (job) WHERE state = 'waiting';

-- name: insert_run
INSERT INTO import_job_run (id, job, cause, state, created_at) VALUES ($1, $2, $3, 'waiting', $4)
ON CONFLICT (job) WHERE state = 'waiting' DO NOTHING;

-- name: find_waiting
SELECT id, job, cause, state, status, files, files_failed, rows_changed, detail, created_at, finished_at
FROM import_job_run WHERE job = $1 AND state = 'waiting';

-- name: find_run
SELECT id, job, cause, state, status, files, files_failed, rows_changed, detail, created_at, finished_at
FROM import_job_run WHERE id = $1;

-- Those a process that died left behind come first.
-- name: next_open
SELECT id, job, cause, state, status, files, files_failed, rows_changed, detail, created_at, finished_at
FROM import_job_run WHERE state <> 'finished' ORDER BY id LIMIT 1;

-- name: update_run
UPDATE import_job_run SET state = $2, status = $3, files = $4, files_failed = $5, rows_changed = $6, detail = $7, finished_at = $8
WHERE id = $1;

-- name: list_runs
SELECT id, job, cause, state, status, files, files_failed, rows_changed, detail, created_at, finished_at
FROM import_job_run WHERE id < $1 AND (CAST($2 AS TEXT) = '' OR job = $2) ORDER BY id DESC LIMIT $3;

-- name: forget_before
DELETE FROM import_job_run WHERE state = 'finished' AND created_at < $1;
