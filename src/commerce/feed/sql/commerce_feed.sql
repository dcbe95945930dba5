-- name: schema
CREATE TABLE feed_run (
  id BIGINT PRIMARY KEY, state TEXT NOT NULL, origin TEXT NOT NULL, requested_at BIGINT NOT NULL, finished_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL, rows_written BIGINT NOT NULL, bytes BIGINT NOT NULL, file_name TEXT NOT NULL, error TEXT NOT NULL);

-- name: put_run
INSERT INTO feed_run (id, state, origin, requested_at, finished_at, attempts, rows_written, bytes, file_name, error)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, finished_at = excluded.finished_at, attempts = excluded.attempts,
  rows_written = excluded.rows_written, bytes = excluded.bytes, file_name = excluded.file_name, error = excluded.error;

-- name: list_runs
SELECT id, state, origin, requested_at, finished_at, attempts, rows_written, bytes, file_name, error
FROM feed_run ORDER BY id DESC LIMIT $1;

-- name: find_run
SELECT id, state, origin, requested_at, finished_at, attempts, rows_written, bytes, file_name, error
FROM feed_run WHERE id = $1;

-- name: all_items
SELECT i.sku, i.product_id, i.is_variant, i.name, i.short_description, i.description, i.brand, i.category, i.image, i.online,
  i.color, i.size, i.price_minor, i.sale_price_minor, i.currency, s.availability, s.ats, s.changed_at
FROM item i LEFT JOIN stock_record s ON s.sku = i.sku ORDER BY i.sku;

-- name: default_in_stock
SELECT value FROM inventory_setting WHERE name = 'default-instock';
