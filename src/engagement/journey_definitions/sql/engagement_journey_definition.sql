-- name: schema_1
-- status: unpublished, active, paused, stopped. version: the published one, 0 for none.
CREATE TABLE journey (
  key TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
-- state: draft, published, superseded. Only a draft's definition ever changes.
CREATE TABLE journey_version (
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  state TEXT NOT NULL,
  definition TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  published_at BIGINT,
  PRIMARY KEY (key, version)
);
-- How many came to a step and how many stand at it now; moved in the transactions that move them. step: the step's id, or
-- how the journey ended, after an @.
CREATE TABLE journey_count (
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  step TEXT NOT NULL,
  entered BIGINT NOT NULL,
  present BIGINT NOT NULL,
  PRIMARY KEY (key, version, step)
);

-- name: list_journeys
SELECT key, status, version, changed_at FROM journey ORDER BY key LIMIT 1000;

-- name: find_journey
SELECT key, status, version, changed_at FROM journey WHERE key = $1;

-- name: add_journey
INSERT INTO journey (key, status, version, changed_at) VALUES ($1, 'unpublished', 0, $2) ON CONFLICT (key) DO NOTHING;

-- name: set_status
UPDATE journey SET status = $2, changed_at = $3 WHERE key = $1;

-- name: set_published
UPDATE journey SET status = 'active', version = $2, changed_at = $3 WHERE key = $1;

-- name: list_versions
SELECT version, state, definition, created_at, published_at FROM journey_version WHERE key = $1 ORDER BY version DESC LIMIT 1000;

-- name: find_version
SELECT version, state, definition, created_at, published_at FROM journey_version WHERE key = $1 AND version = $2;

-- name: save_draft
INSERT INTO journey_version (key, version, state, definition, created_at) VALUES ($1, $2, 'draft', $3, $4)
ON CONFLICT (key, version) DO UPDATE SET definition = excluded.definition, created_at = excluded.created_at
WHERE journey_version.state = 'draft';

-- name: supersede
UPDATE journey_version SET state = 'superseded' WHERE key = $1 AND state = 'published';

-- name: publish_version
UPDATE journey_version SET state = 'published', published_at = $3 WHERE key = $1 AND version = $2 AND state = 'draft';

-- name: add_count
INSERT INTO journey_count (key, version, step, entered, present) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (key, version, step) DO UPDATE SET entered = journey_count.entered + excluded.entered,
  present = journey_count.present + excluded.present;

-- name: list_counts
SELECT version, step, entered, present FROM journey_count WHERE key = $1 AND ($2 = 0 OR version = $2) ORDER BY version DESC, step;
