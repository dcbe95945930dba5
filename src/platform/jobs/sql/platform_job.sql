-- Durable jobs. A job that is done is deleted; one that was given up stays as 'failed' for people to see.

-- name: create
CREATE TABLE job (
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  due BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  leased_until BIGINT NOT NULL,
  last_error TEXT NOT NULL
);
CREATE UNIQUE INDEX job_open ON job (kind, key) WHERE state = 'open';
CREATE INDEX job_due ON job (due) WHERE state = 'open';

-- name: enqueue
INSERT INTO job (id, kind, key, payload, state, due, attempts, leased_until, last_error)
VALUES ($1, $2, $3, $4, 'open', $5, 0, 0, '')
ON CONFLICT (kind, key) WHERE state = 'open' DO NOTHING;

-- name: void_leases
UPDATE job SET leased_until = 0 WHERE state = 'open' AND leased_until > 0;

-- name: bring_forward
UPDATE job SET due = $3 WHERE kind = $1 AND key = $2 AND state = 'open' AND due > $3;

-- name: find_due
SELECT id, kind, key, payload, due, attempts FROM job
WHERE state = 'open' AND due <= $1 AND leased_until <= $1 ORDER BY due, id LIMIT 1;

-- name: lease
UPDATE job SET leased_until = $2, attempts = attempts + 1 WHERE id = $1;

-- name: extend_lease
UPDATE job SET leased_until = $2 WHERE id = $1;

-- name: next_due
SELECT MIN(CASE WHEN due > leased_until THEN due ELSE leased_until END) FROM job WHERE state = 'open';

-- name: finish
DELETE FROM job WHERE id = $1;

-- name: reschedule
UPDATE job SET due = $2, attempts = $3, leased_until = 0, last_error = $4 WHERE id = $1;

-- name: give_up
UPDATE job SET state = 'failed', leased_until = 0, last_error = $2 WHERE id = $1;

-- name: list
SELECT id, kind, key, payload, due, attempts, leased_until, last_error, state FROM job
ORDER BY due, id LIMIT $1;
