-- name: schema_1
-- state: queued, running, completed, duplicate, failed
CREATE TABLE feed_import (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  state TEXT NOT NULL,
  content_hash TEXT NOT NULL DEFAULT '',
  bytes BIGINT NOT NULL DEFAULT 0,
  rows_read BIGINT NOT NULL DEFAULT 0,
  rows_changed BIGINT NOT NULL DEFAULT 0,
  rows_refused BIGINT NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  arrived_at BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE INDEX feed_import_open ON feed_import (id) WHERE state IN ('queued', 'running');
CREATE TABLE feed_import_error (
  import_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (import_id, line)
);

-- What was known of the catalog moves to where the rest is that a row of a feed is compared with.
-- name: schema_2
UPDATE availability SET item_hash = COALESCE((SELECT row_hash FROM catalog_item c WHERE c.sku = availability.sku), 0);
INSERT INTO availability (sku, in_stock, ats, observed_at, source, item_hash)
SELECT c.sku, -1, 0, 0, 'feed', c.row_hash FROM catalog_item c WHERE NOT EXISTS (SELECT 1 FROM availability a WHERE a.sku = c.sku);

-- What a guard has looked at; name_pattern is the name without its digits. state may now be held or discarded, too.
-- feed_import_preview: of a held import, the items that most people wait for among those that would come back.
-- name: schema_3
ALTER TABLE feed_import ADD COLUMN name_pattern TEXT NOT NULL DEFAULT '';
ALTER TABLE feed_import ADD COLUMN full_feed BIGINT NOT NULL DEFAULT 1;
ALTER TABLE feed_import ADD COLUMN released BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_import ADD COLUMN rows_before BIGINT;
ALTER TABLE feed_import ADD COLUMN opened BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_import ADD COLUMN closed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_import ADD COLUMN people BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_import ADD COLUMN built_at BIGINT;
CREATE INDEX feed_import_held ON feed_import (id) WHERE state = 'held';
CREATE TABLE feed_import_preview (
  import_id BIGINT NOT NULL,
  sku TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  people BIGINT NOT NULL,
  PRIMARY KEY (import_id, sku)
);

-- name: insert_import
INSERT INTO feed_import (id, name, path, state, arrived_at, name_pattern) VALUES ($1, $2, $3, 'queued', $4, $5);

-- name: delete_import
DELETE FROM feed_import WHERE id = $1;

-- name: list_unfinished
SELECT id, name, path, state, content_hash, bytes, rows_read, rows_changed, rows_refused, reason, arrived_at, finished_at,
  rows_before, opened, closed, people, released, built_at
FROM feed_import WHERE state IN ('queued', 'running') ORDER BY id;

-- name: find_import
SELECT id, name, path, state, content_hash, bytes, rows_read, rows_changed, rows_refused, reason, arrived_at, finished_at,
  rows_before, opened, closed, people, released, built_at
FROM feed_import WHERE id = $1;

-- name: list_imports
SELECT id, name, path, state, content_hash, bytes, rows_read, rows_changed, rows_refused, reason, arrived_at, finished_at,
  rows_before, opened, closed, people, released, built_at
FROM feed_import WHERE id < $1 AND ($2 = '' OR state = $2) ORDER BY id DESC LIMIT $3;

-- name: last_full
SELECT rows_read FROM feed_import WHERE state = 'completed' AND full_feed = 1 AND name_pattern = $1 ORDER BY id DESC LIMIT 1;

-- name: last_built
SELECT MAX(built_at) FROM feed_import WHERE state = 'completed';

-- name: save_guarded
UPDATE feed_import SET full_feed = $2, rows_before = $3, opened = $4, closed = $5, people = $6, built_at = $7 WHERE id = $1;

-- name: hold_import
UPDATE feed_import SET state = 'held', reason = $2, rows_read = $3, rows_refused = $4 WHERE id = $1;

-- name: insert_preview
INSERT INTO feed_import_preview (import_id, sku, quantity, people) VALUES ($1, $2, $3, $4)
ON CONFLICT (import_id, sku) DO UPDATE SET quantity = excluded.quantity, people = excluded.people;

-- name: clear_preview
DELETE FROM feed_import_preview WHERE import_id = $1;

-- name: list_preview
SELECT sku, quantity, people FROM feed_import_preview WHERE import_id = $1 ORDER BY people DESC, sku LIMIT $2;

-- name: release_import
UPDATE feed_import SET state = 'queued', released = 1, reason = '' WHERE id = $1 AND state = 'held';

-- name: discard_import
UPDATE feed_import SET state = 'discarded', finished_at = $2 WHERE id = $1 AND state = 'held';

-- name: failure_since
SELECT state, name, reason FROM feed_import WHERE state IN ('failed', 'held') AND (arrived_at >= $1 OR finished_at >= $1)
ORDER BY id DESC LIMIT 1;

-- name: last_done_hash
SELECT content_hash FROM feed_import WHERE state = 'completed' ORDER BY id DESC LIMIT 1;

-- name: start_import
UPDATE feed_import SET state = 'running', content_hash = $2, bytes = $3, rows_read = 0, rows_refused = 0 WHERE id = $1;

-- name: clear_errors
DELETE FROM feed_import_error WHERE import_id = $1;

-- name: add_changed
UPDATE feed_import SET rows_changed = rows_changed + $2, rows_read = $3, rows_refused = $4 WHERE id = $1;

-- name: insert_error
INSERT INTO feed_import_error (import_id, line, reason, message) VALUES ($1, $2, $3, $4)
ON CONFLICT (import_id, line) DO NOTHING;

-- name: finish_import
UPDATE feed_import SET state = $2, reason = $3, rows_read = $4, rows_refused = $5, finished_at = $6 WHERE id = $1;

-- name: list_errors
SELECT line, reason, message FROM feed_import_error WHERE import_id = $1 AND line > $2 ORDER BY line LIMIT $3;
