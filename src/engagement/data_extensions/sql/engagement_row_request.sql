-- Rows that were taken and are written behind: a request, and of its rows those that failed. A body goes when all of its
-- rows are written.

-- name: schema_1
CREATE TABLE row_request (
  id BIGINT PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  extension_id BIGINT NOT NULL,
  action TEXT NOT NULL,
  state TEXT NOT NULL,
  body TEXT NOT NULL,
  rows_all BIGINT NOT NULL,
  rows_done BIGINT NOT NULL DEFAULT 0,
  rows_failed BIGINT NOT NULL DEFAULT 0,
  called_at BIGINT NOT NULL,
  picked_at BIGINT,
  completed_at BIGINT
);
CREATE INDEX row_request_open ON row_request (id) WHERE state IN ('Pending', 'Executing');
CREATE TABLE row_request_failure (
  request_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (request_id, position)
);

-- name: insert_request
INSERT INTO row_request (id, token, extension_id, action, state, body, rows_all, called_at)
VALUES ($1, $2, $3, $4, 'Pending', $5, $6, $7);

-- name: count_open
SELECT COUNT(*) FROM row_request WHERE state IN ('Pending', 'Executing');

-- name: next_open
SELECT id, extension_id, action, body, rows_all, rows_done FROM row_request
WHERE state IN ('Pending', 'Executing') ORDER BY id LIMIT 1;

-- name: start
UPDATE row_request SET state = 'Executing', picked_at = COALESCE(picked_at, $2) WHERE id = $1;

-- name: advance
UPDATE row_request SET rows_done = $2, rows_failed = rows_failed + $3 WHERE id = $1;

-- name: finish
UPDATE row_request SET state = $2, body = '', completed_at = $3 WHERE id = $1;

-- name: insert_failure
INSERT INTO row_request_failure (request_id, position, message) VALUES ($1, $2, $3);

-- name: find_request
SELECT id, state, rows_all, rows_done, rows_failed, called_at, picked_at, completed_at FROM row_request WHERE token = $1;

-- name: list_failures
SELECT position, message FROM row_request_failure WHERE request_id = $1 AND position >= $2 AND position < $3 ORDER BY position;

-- name: forget_failures
DELETE FROM row_request_failure WHERE request_id IN (SELECT id FROM row_request WHERE completed_at < $1);

-- name: forget_requests
DELETE FROM row_request WHERE completed_at < $1;
