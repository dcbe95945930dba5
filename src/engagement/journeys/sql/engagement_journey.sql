-- name: schema_1
-- A request's way through a journey: one per restock and request. state: active, done, left
CREATE TABLE journey_entry (
  id BIGINT PRIMARY KEY,
  restock_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  journey TEXT NOT NULL,
  version BIGINT NOT NULL,
  step BIGINT NOT NULL,
  state TEXT NOT NULL,
  entered_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (restock_id, request_id)
);
CREATE INDEX journey_entry_active ON journey_entry (request_id) WHERE state = 'active';

-- name: enter
INSERT INTO journey_entry (id, restock_id, request_id, journey, version, step, state, entered_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
ON CONFLICT (restock_id, request_id) DO UPDATE SET step = excluded.step, state = excluded.state,
  changed_at = excluded.changed_at
WHERE journey_entry.state <> 'active';

-- name: find_entry
SELECT version, step, state FROM journey_entry WHERE restock_id = $1 AND request_id = $2;

-- name: find_active
SELECT restock_id FROM journey_entry WHERE request_id = $1 AND state = 'active';

-- name: move_entry
UPDATE journey_entry SET step = $3, state = $4, changed_at = $5 WHERE restock_id = $1 AND request_id = $2;
