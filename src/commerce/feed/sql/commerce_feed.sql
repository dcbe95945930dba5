-- name: schema
CREATE TABLE feed_run (
  id BIGINT PRIMARY KEY, state TEXT NOT NULL, origin TEXT NOT NULL, requested_at BIGINT NOT NULL, finished_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL, rows_written BIGINT NOT NULL, bytes BIGINT NOT NULL, file_name TEXT NOT NULL, error TEXT NOT NULL);

-- name: schema_targets
ALTER TABLE feed_run ADD COLUMN target TEXT NOT NULL DEFAULT 'engagement';
ALTER TABLE feed_run ADD COLUMN kind TEXT NOT NULL DEFAULT 'full';
ALTER TABLE feed_run ADD COLUMN started_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_run ADD COLUMN rows_incomplete BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_run ADD COLUMN rows_removed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_run ADD COLUMN catalog_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_run ADD COLUMN catalog_to BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_run ADD COLUMN stock_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_run ADD COLUMN stock_to BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_run ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE feed_run ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE INDEX feed_run_of_target ON feed_run (target, id);
CREATE TABLE feed_told (
  target TEXT PRIMARY KEY, catalog_seq BIGINT NOT NULL, stock_seq BIGINT NOT NULL, default_in_stock BIGINT NOT NULL,
  form TEXT NOT NULL);

-- name: put_run
INSERT INTO feed_run (id, state, origin, requested_at, finished_at, attempts, rows_written, bytes, file_name, error, target, kind,
  started_at, rows_incomplete, rows_removed, catalog_from, catalog_to, stock_from, stock_to, sha256, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, finished_at = excluded.finished_at, attempts = excluded.attempts,
  rows_written = excluded.rows_written, bytes = excluded.bytes, file_name = excluded.file_name, error = excluded.error,
  kind = excluded.kind, started_at = excluded.started_at, rows_incomplete = excluded.rows_incomplete,
  rows_removed = excluded.rows_removed, catalog_from = excluded.catalog_from, catalog_to = excluded.catalog_to,
  stock_from = excluded.stock_from, stock_to = excluded.stock_to, sha256 = excluded.sha256, note = excluded.note;

-- name: list_runs
SELECT id, state, origin, requested_at, finished_at, attempts, rows_written, bytes, file_name, error, target, kind,
  started_at, rows_incomplete, rows_removed, catalog_from, catalog_to, stock_from, stock_to, sha256, note
FROM feed_run WHERE id < $1 ORDER BY id DESC LIMIT $2;

-- name: list_runs_of
SELECT id, state, origin, requested_at, finished_at, attempts, rows_written, bytes, file_name, error, target, kind,
  started_at, rows_incomplete, rows_removed, catalog_from, catalog_to, stock_from, stock_to, sha256, note
FROM feed_run WHERE target = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: find_run
SELECT id, state, origin, requested_at, finished_at, attempts, rows_written, bytes, file_name, error, target, kind,
  started_at, rows_incomplete, rows_removed, catalog_from, catalog_to, stock_from, stock_to, sha256, note
FROM feed_run WHERE id = $1;

-- name: find_waiting_run
SELECT id, state, origin, requested_at, finished_at, attempts, rows_written, bytes, file_name, error, target, kind,
  started_at, rows_incomplete, rows_removed, catalog_from, catalog_to, stock_from, stock_to, sha256, note
FROM feed_run WHERE target = $1 AND kind = $2 AND state = 'waiting' ORDER BY id LIMIT 1;

-- name: forget_old_runs
DELETE FROM feed_run WHERE target = $1 AND state NOT IN ('waiting', 'running')
  AND id < (SELECT id FROM feed_run WHERE target = $1 ORDER BY id DESC LIMIT 1 OFFSET $2);

-- name: find_told
SELECT catalog_seq, stock_seq, default_in_stock, form FROM feed_told WHERE target = $1;

-- name: put_told
INSERT INTO feed_told (target, catalog_seq, stock_seq, default_in_stock, form) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (target) DO UPDATE SET catalog_seq = excluded.catalog_seq, stock_seq = excluded.stock_seq,
  default_in_stock = excluded.default_in_stock, form = excluded.form;

-- name: default_in_stock
SELECT value FROM inventory_setting WHERE name = $1;

-- name: last_product
SELECT COALESCE(MAX(id), '') FROM product;

-- name: range_end
SELECT id FROM product WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2;

-- The rows of a range of SKUs ($1, $2] or of a JSON list $1; the last parameter is the site where there is one.
-- name: products_between
SELECT id, name, short_description, description, brand, category, image, variant_image, color, size, price_minor,
  sale_price_minor, currency
FROM product WHERE id > $1 AND id <= $2 AND is_master = 0 ORDER BY id;

-- name: products_listed
SELECT id, name, short_description, description, brand, category, image, variant_image, color, size, price_minor,
  sale_price_minor, currency
FROM product WHERE id IN (SELECT value FROM json_each($1)) AND is_master = 0 ORDER BY id;

-- name: products_listed dialect: postgresql
SELECT id, name, short_description, description, brand, category, image, variant_image, color, size, price_minor,
  sale_price_minor, currency
FROM product WHERE id = ANY (ARRAY(SELECT json_array_elements_text(CAST($1 AS json)))) AND is_master = 0 ORDER BY id;

-- name: variations_between
SELECT sku, master_id FROM variation WHERE sku > $1 AND sku <= $2 ORDER BY sku;

-- name: variations_listed
SELECT sku, master_id FROM variation WHERE sku IN (SELECT value FROM json_each($1)) ORDER BY sku;

-- name: variations_listed dialect: postgresql
SELECT sku, master_id FROM variation WHERE sku = ANY (ARRAY(SELECT json_array_elements_text(CAST($1 AS json)))) ORDER BY sku;

-- name: stock_between
SELECT sku, availability, ats, changed_at, orderable FROM site_stock WHERE site = $3 AND sku > $1 AND sku <= $2 ORDER BY sku;

-- name: stock_listed
SELECT sku, availability, ats, changed_at, orderable FROM site_stock
WHERE site = $2 AND sku IN (SELECT value FROM json_each($1)) ORDER BY sku;

-- name: stock_listed dialect: postgresql
SELECT sku, availability, ats, changed_at, orderable FROM site_stock
WHERE site = $2 AND sku = ANY (ARRAY(SELECT json_array_elements_text(CAST($1 AS json)))) ORDER BY sku;

-- name: offline_between
SELECT sku FROM item_offline WHERE sku > $1 AND sku <= $2 AND site = $3 ORDER BY sku;

-- name: offline_listed
SELECT sku FROM item_offline WHERE sku IN (SELECT value FROM json_each($1)) AND site = $2 ORDER BY sku;

-- name: offline_listed dialect: postgresql
SELECT sku FROM item_offline
WHERE sku = ANY (ARRAY(SELECT json_array_elements_text(CAST($1 AS json)))) AND site = $2 ORDER BY sku;

-- name: masters
SELECT id, name, short_description, description, brand, category, image, currency, price_minor, sale_price_minor
FROM product WHERE id IN (SELECT value FROM json_each($1));

-- name: masters dialect: postgresql
SELECT id, name, short_description, description, brand, category, image, currency, price_minor, sale_price_minor
FROM product WHERE id = ANY (ARRAY(SELECT json_array_elements_text(CAST($1 AS json))));

-- name: stock_sequence
SELECT value FROM inventory_setting WHERE name = 'sequence';

-- What changed after catalog sequence $1, and on site $2 after stock sequence $3: each item in one of three passes.
-- name: changed_products
SELECT id FROM product WHERE changed_seq > $1 AND is_master = 0;

-- name: changed_by_master
SELECT v.sku FROM product m JOIN variation v ON v.master_id = m.id JOIN product p ON p.id = v.sku
WHERE m.changed_seq > $1 AND m.is_master = 1 AND p.changed_seq <= $1 AND p.is_master = 0;

-- name: changed_stock
SELECT s.sku FROM site_stock s JOIN product p ON p.id = s.sku LEFT JOIN variation v ON v.sku = s.sku
  LEFT JOIN product m ON m.id = v.master_id AND m.is_master = 1
WHERE s.site = $2 AND s.sequence > $3 AND p.is_master = 0 AND p.changed_seq <= $1 AND COALESCE(m.changed_seq, 0) <= $1;

-- name: removed_products
SELECT id FROM removed_product WHERE changed_seq > $1 AND was_item = 1 AND id > $2 ORDER BY id LIMIT $3;
