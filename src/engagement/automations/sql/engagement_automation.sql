-- name: schema_1
-- steps: as the API writes them. next_run: of a schedule. A run's state: Waiting (its step could not begin yet), Executing
-- (its step is under way), Complete, Error.
CREATE TABLE automation (
  id BIGINT PRIMARY KEY,
  key TEXT NOT NULL,
  folded_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  definition TEXT NOT NULL,
  next_run BIGINT,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL
);
CREATE INDEX automation_due ON automation (next_run) WHERE next_run IS NOT NULL;
CREATE TABLE automation_run (
  id BIGINT PRIMARY KEY,
  automation_id BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  file_name TEXT NOT NULL,
  step BIGINT NOT NULL DEFAULT 0,
  step_started_at BIGINT,
  started_at BIGINT NOT NULL,
  finished_at BIGINT,
  error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX automation_run_open ON automation_run (id) WHERE state IN ('Waiting', 'Executing');
CREATE INDEX automation_run_of ON automation_run (automation_id, id);

-- name: insert_automation
INSERT INTO automation (id, key, folded_key, name, description, definition, next_run, created_at, modified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (folded_key) DO NOTHING;

-- name: change_automation
UPDATE automation SET name = $2, description = $3, definition = $4, next_run = $5, modified_at = $6 WHERE id = $1;

-- name: find_automation
SELECT id, key, name, description, definition, next_run, created_at, modified_at FROM automation WHERE id = $1;

-- name: list_automations
SELECT id, key, name, description, definition, next_run, created_at, modified_at FROM automation ORDER BY id LIMIT 1000;

-- name: count_automations
SELECT COUNT(*) FROM automation;

-- name: delete_automation
DELETE FROM automation WHERE id = $1;

-- name: delete_runs
DELETE FROM automation_run WHERE automation_id = $1;

-- name: due_automations
SELECT id, key, name, description, definition, next_run, created_at, modified_at FROM automation
WHERE next_run <= $1 ORDER BY next_run LIMIT 100;

-- name: set_next_run
UPDATE automation SET next_run = $2 WHERE id = $1;

-- name: insert_run
INSERT INTO automation_run (id, automation_id, state, reason, file_name, started_at) VALUES ($1, $2, 'Waiting', $3, $4, $5);

-- name: count_open_runs
SELECT COUNT(*) FROM automation_run WHERE automation_id = $1 AND state IN ('Waiting', 'Executing');

-- The oldest of each automation: its others wait behind it.
-- name: open_runs
SELECT id, automation_id, state, step, step_started_at, started_at FROM automation_run r WHERE state IN ('Waiting', 'Executing')
  AND NOT EXISTS (SELECT 1 FROM automation_run o WHERE o.automation_id = r.automation_id AND o.id < r.id
                  AND o.state IN ('Waiting', 'Executing'))
ORDER BY id LIMIT 100;

-- name: begin_step
UPDATE automation_run SET state = 'Executing', step_started_at = $2 WHERE id = $1;

-- name: end_step
UPDATE automation_run SET state = 'Waiting', step = step + 1, step_started_at = NULL WHERE id = $1;

-- name: end_run
UPDATE automation_run SET state = $2, finished_at = $3, error = $4 WHERE id = $1;

-- name: list_runs
SELECT id, state, reason, file_name, step, started_at, finished_at, error FROM automation_run
WHERE automation_id = $1 ORDER BY id DESC LIMIT 100;

-- name: forget_runs
DELETE FROM automation_run WHERE automation_id = $1 AND state IN ('Complete', 'Error') AND id <= (
  SELECT id FROM automation_run WHERE automation_id = $1 ORDER BY id DESC LIMIT 1 OFFSET 1000);
