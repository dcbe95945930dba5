-- Jobs of the Bulk API 2.0, and what became of the rows of each batch until the result files are written.

-- name: create_jobs
CREATE TABLE bulk_job (
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  operation TEXT NOT NULL,
  object TEXT NOT NULL,
  external_field TEXT NOT NULL,
  query TEXT NOT NULL,
  line_ending TEXT NOT NULL,
  delimiter TEXT NOT NULL,
  owner TEXT NOT NULL,
  owner_role TEXT NOT NULL,
  version TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  upload BIGINT NOT NULL DEFAULT 0,
  bytes BIGINT NOT NULL DEFAULT 0,
  position BIGINT NOT NULL DEFAULT 0,
  line BIGINT NOT NULL DEFAULT 0,
  batches BIGINT NOT NULL DEFAULT 0,
  processed BIGINT NOT NULL DEFAULT 0,
  failed BIGINT NOT NULL DEFAULT 0,
  total_ms BIGINT NOT NULL DEFAULT 0,
  retries BIGINT NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  results_ready BIGINT NOT NULL DEFAULT 0,
  files_gone BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX bulk_job_state ON bulk_job (kind, state, modified_at);
CREATE TABLE bulk_batch (
  job BIGINT NOT NULL,
  number BIGINT NOT NULL,
  rows_held BIGINT NOT NULL,
  outcomes TEXT NOT NULL,
  PRIMARY KEY (job, number)
);

-- name: insert_job
INSERT INTO bulk_job (id, kind, state, operation, object, external_field, query, line_ending, delimiter, owner, owner_role,
  version, created_at, modified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13);

-- name: find_job
SELECT id, kind, state, operation, object, external_field, query, line_ending, delimiter, owner, owner_role, version,
  created_at, modified_at, upload, bytes, position, line, batches, processed, failed, total_ms, retries, error,
  results_ready, files_gone
FROM bulk_job WHERE id = $1;

-- name: list_jobs
SELECT id, kind, state, operation, object, external_field, query, line_ending, delimiter, owner, owner_role, version,
  created_at, modified_at, upload, bytes, position, line, batches, processed, failed, total_ms, retries, error,
  results_ready, files_gone
FROM bulk_job WHERE kind = $1 AND id < $2 AND (CAST($3 AS TEXT) = '' OR owner_role = $3) ORDER BY id DESC LIMIT $4;

-- name: next_job
SELECT id, kind, state, operation, object, external_field, query, line_ending, delimiter, owner, owner_role, version,
  created_at, modified_at, upload, bytes, position, line, batches, processed, failed, total_ms, retries, error,
  results_ready, files_gone
FROM bulk_job WHERE kind = $1 AND state IN ('InProgress', 'UploadComplete') ORDER BY state, modified_at, id LIMIT 1;

-- name: next_unfinished
-- Ended before their result files were written: aborted or failed on the way.
SELECT id, kind, state, operation, object, external_field, query, line_ending, delimiter, owner, owner_role, version,
  created_at, modified_at, upload, bytes, position, line, batches, processed, failed, total_ms, retries, error,
  results_ready, files_gone
FROM bulk_job WHERE kind = $1 AND state IN ('Failed', 'Aborted') AND results_ready = 0 AND files_gone = 0 ORDER BY id LIMIT 1;

-- name: list_gone
SELECT id FROM bulk_job WHERE kind = $1 AND files_gone = 1 AND bytes > 0;

-- name: clear_bytes
UPDATE bulk_job SET bytes = 0 WHERE id = $1 AND files_gone = 1;

-- name: count_state
SELECT COUNT(*) FROM bulk_job WHERE kind = $1 AND state = $2;

-- name: sum_bytes
SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM bulk_job;

-- name: save_upload
UPDATE bulk_job SET upload = $2, bytes = $3, modified_at = $4 WHERE id = $1 AND state = 'Open' AND upload = 0;

-- name: change_state
UPDATE bulk_job SET state = $3, error = $4, modified_at = $5 WHERE id = $1 AND state = $2;

-- name: save_progress
UPDATE bulk_job SET position = $3, line = $4, batches = batches + 1, processed = processed + $5, failed = failed + $6,
  total_ms = total_ms + $7, bytes = bytes + $8, modified_at = $9
WHERE id = $1 AND state = 'InProgress' AND batches = $2;

-- name: restart
UPDATE bulk_job SET position = 0, line = 0, batches = 0, processed = 0, failed = 0, bytes = 0, modified_at = $2
WHERE id = $1 AND state = 'InProgress';

-- name: count_retry
UPDATE bulk_job SET retries = retries + 1 WHERE id = $1;

-- name: save_results
UPDATE bulk_job SET state = $3, results_ready = 1, bytes = $4, modified_at = $5
WHERE id = $1 AND state = $2 AND files_gone = 0;

-- name: insert_batch
INSERT INTO bulk_batch (job, number, rows_held, outcomes) VALUES ($1, $2, $3, $4);

-- name: find_batch
SELECT rows_held, outcomes FROM bulk_batch WHERE job = $1 AND number = $2;

-- name: delete_batches
DELETE FROM bulk_batch WHERE job = $1;

-- name: delete_job
DELETE FROM bulk_job WHERE id = $1 AND state IN ('JobComplete', 'Failed', 'Aborted');

-- name: list_expired
SELECT id FROM bulk_job WHERE (state IN ('JobComplete', 'Failed', 'Aborted', 'Open')) AND modified_at < $1;

-- name: delete_expired
DELETE FROM bulk_job WHERE id = $1 AND state IN ('JobComplete', 'Failed', 'Aborted', 'Open') AND modified_at < $2;

-- name: list_ids
SELECT id FROM bulk_job;

-- name: erase_running
UPDATE bulk_job SET state = 'Failed', error = $1, modified_at = $2
WHERE state IN ('UploadComplete', 'InProgress') OR (state = 'Open' AND upload <> 0);

-- name: erase_files
UPDATE bulk_job SET files_gone = 1, query = '' WHERE state IN ('JobComplete', 'Failed', 'Aborted') AND files_gone = 0;

-- name: erase_batches
DELETE FROM bulk_batch;
