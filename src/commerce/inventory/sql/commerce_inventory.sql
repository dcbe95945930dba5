-- name: schema
CREATE TABLE stock_record (
  sku TEXT PRIMARY KEY, allocation BIGINT, preorder_allocation BIGINT NOT NULL, handling TEXT NOT NULL,
  perpetual BIGINT NOT NULL, turnover BIGINT NOT NULL, on_order BIGINT NOT NULL, allocated_at BIGINT,
  availability TEXT NOT NULL, ats BIGINT NOT NULL, changed_at BIGINT NOT NULL);
CREATE TABLE inventory_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE stock_event (
  id BIGINT PRIMARY KEY, sku TEXT NOT NULL, in_stock BIGINT NOT NULL, ats BIGINT NOT NULL, observed_at BIGINT NOT NULL);

-- name: schema_sites dialect: sqlite
ALTER TABLE stock_record RENAME TO stock_record_1;
ALTER TABLE stock_event RENAME TO stock_event_1;
CREATE TABLE inventory_list (
  id TEXT PRIMARY KEY, default_in_stock BIGINT NOT NULL, use_bundle_inventory_only BIGINT NOT NULL, on_order BIGINT NOT NULL,
  description TEXT NOT NULL, custom TEXT NOT NULL, changed_at BIGINT NOT NULL);
INSERT INTO inventory_list SELECT 'default', 1, 0, 0, '', '', 0 FROM inventory_setting WHERE name = 'default-instock' AND value = '1';
CREATE TABLE stock_record (
  list TEXT NOT NULL, sku TEXT NOT NULL, allocation BIGINT, preorder_allocation BIGINT NOT NULL, handling TEXT NOT NULL,
  perpetual BIGINT NOT NULL, turnover BIGINT NOT NULL, on_order BIGINT NOT NULL, reserved BIGINT NOT NULL, safety_stock BIGINT,
  allocated_at BIGINT, in_stock_at BIGINT, futures TEXT NOT NULL, custom TEXT NOT NULL, created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL, PRIMARY KEY (list, sku)) WITHOUT ROWID;
INSERT INTO stock_record SELECT 'default', sku, allocation, preorder_allocation, handling, perpetual, turnover, on_order, 0, NULL,
  allocated_at, NULL, '', '', changed_at, changed_at FROM stock_record_1;
CREATE TABLE site_stock (
  site TEXT NOT NULL, sku TEXT NOT NULL, availability TEXT NOT NULL, ats BIGINT NOT NULL, orderable BIGINT NOT NULL,
  in_stock_at BIGINT, changed_at BIGINT NOT NULL, sequence BIGINT NOT NULL, PRIMARY KEY (site, sku)) WITHOUT ROWID;
CREATE INDEX site_stock_by_sequence ON site_stock (site, sequence);
INSERT INTO site_stock SELECT 'default', sku, availability, ats, ats, NULL, changed_at, ROW_NUMBER() OVER (ORDER BY changed_at, sku)
FROM stock_record_1;
INSERT INTO inventory_setting (name, value) SELECT 'default-instock:default', value FROM inventory_setting
WHERE name = 'default-instock';
INSERT INTO inventory_setting (name, value) SELECT 'sequence', CAST(COUNT(*) AS TEXT) FROM stock_record_1;
CREATE TABLE stock_event (id BIGINT PRIMARY KEY, site TEXT NOT NULL, sku TEXT NOT NULL, queued_at BIGINT NOT NULL);
INSERT INTO stock_event SELECT id, '', sku, observed_at FROM stock_event_1;
CREATE TABLE inventory_sweep (
  site TEXT PRIMARY KEY, phase BIGINT NOT NULL, after_sku TEXT NOT NULL, default_before BIGINT NOT NULL);
DROP TABLE stock_record_1;
DROP TABLE stock_event_1;

-- name: schema_sites dialect: postgresql
ALTER TABLE stock_record RENAME TO stock_record_1;
ALTER TABLE stock_event RENAME TO stock_event_1;
CREATE TABLE inventory_list (
  id TEXT PRIMARY KEY, default_in_stock BIGINT NOT NULL, use_bundle_inventory_only BIGINT NOT NULL, on_order BIGINT NOT NULL,
  description TEXT NOT NULL, custom TEXT NOT NULL, changed_at BIGINT NOT NULL);
INSERT INTO inventory_list SELECT 'default', 1, 0, 0, '', '', 0 FROM inventory_setting WHERE name = 'default-instock' AND value = '1';
CREATE TABLE stock_record (
  list TEXT NOT NULL, sku TEXT NOT NULL, allocation BIGINT, preorder_allocation BIGINT NOT NULL, handling TEXT NOT NULL,
  perpetual BIGINT NOT NULL, turnover BIGINT NOT NULL, on_order BIGINT NOT NULL, reserved BIGINT NOT NULL, safety_stock BIGINT,
  allocated_at BIGINT, in_stock_at BIGINT, futures TEXT NOT NULL, custom TEXT NOT NULL, created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL, PRIMARY KEY (list, sku));
INSERT INTO stock_record SELECT 'default', sku, allocation, preorder_allocation, handling, perpetual, turnover, on_order, 0, NULL,
  allocated_at, NULL, '', '', changed_at, changed_at FROM stock_record_1;
CREATE TABLE site_stock (
  site TEXT NOT NULL, sku TEXT NOT NULL, availability TEXT NOT NULL, ats BIGINT NOT NULL, orderable BIGINT NOT NULL,
  in_stock_at BIGINT, changed_at BIGINT NOT NULL, sequence BIGINT NOT NULL, PRIMARY KEY (site, sku));
CREATE INDEX site_stock_by_sequence ON site_stock (site, sequence);
INSERT INTO site_stock SELECT 'default', sku, availability, ats, ats, NULL, changed_at, ROW_NUMBER() OVER (ORDER BY changed_at, sku)
FROM stock_record_1;
INSERT INTO inventory_setting (name, value) SELECT 'default-instock:default', value FROM inventory_setting
WHERE name = 'default-instock';
INSERT INTO inventory_setting (name, value) SELECT 'sequence', CAST(COUNT(*) AS TEXT) FROM stock_record_1;
CREATE TABLE stock_event (id BIGINT PRIMARY KEY, site TEXT NOT NULL, sku TEXT NOT NULL, queued_at BIGINT NOT NULL);
INSERT INTO stock_event SELECT id, '', sku, observed_at FROM stock_event_1;
CREATE TABLE inventory_sweep (
  site TEXT PRIMARY KEY, phase BIGINT NOT NULL, after_sku TEXT NOT NULL, default_before BIGINT NOT NULL);
DROP TABLE stock_record_1;
DROP TABLE stock_event_1;

-- name: schema_turnover
ALTER TABLE stock_record ADD COLUMN turnover_entries TEXT NOT NULL DEFAULT '';
UPDATE stock_record SET turnover_entries = '{"entries":[[' || turnover || ',' || changed_at || ']]}'
WHERE turnover > 0 AND (allocated_at IS NULL OR allocated_at < changed_at);

-- name: find_records
SELECT list, sku, allocation, preorder_allocation, handling, perpetual, turnover, on_order, reserved, safety_stock, allocated_at,
  in_stock_at, futures, custom, created_at, changed_at, turnover_entries
FROM stock_record WHERE list IN (SELECT value FROM json_each($1)) AND sku IN (SELECT value FROM json_each($2));

-- name: find_records dialect: postgresql
SELECT list, sku, allocation, preorder_allocation, handling, perpetual, turnover, on_order, reserved, safety_stock, allocated_at,
  in_stock_at, futures, custom, created_at, changed_at, turnover_entries
FROM stock_record WHERE list = ANY (ARRAY(SELECT json_array_elements_text(CAST($1 AS json))))
  AND sku = ANY (ARRAY(SELECT json_array_elements_text(CAST($2 AS json))));

-- name: list_records
SELECT list, sku, allocation, preorder_allocation, handling, perpetual, turnover, on_order, reserved, safety_stock, allocated_at,
  in_stock_at, futures, custom, created_at, changed_at, turnover_entries
FROM stock_record WHERE list = $1 AND sku > $2 ORDER BY sku LIMIT $3;

-- name: skus_of_list
SELECT sku FROM stock_record WHERE list = $1 AND sku > $2 ORDER BY sku LIMIT $3;

-- name: count_records
SELECT COUNT(*) FROM stock_record WHERE list = $1;

-- name: upsert_record
INSERT INTO stock_record (list, sku, allocation, preorder_allocation, handling, perpetual, turnover, on_order, reserved,
                          safety_stock, allocated_at, in_stock_at, futures, custom, created_at, changed_at, turnover_entries)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (list, sku) DO UPDATE SET allocation = excluded.allocation, preorder_allocation = excluded.preorder_allocation,
  handling = excluded.handling, perpetual = excluded.perpetual, turnover = excluded.turnover, on_order = excluded.on_order,
  reserved = excluded.reserved, safety_stock = excluded.safety_stock, allocated_at = excluded.allocated_at,
  in_stock_at = excluded.in_stock_at, futures = excluded.futures, custom = excluded.custom, changed_at = excluded.changed_at,
  turnover_entries = excluded.turnover_entries;

-- name: delete_record
DELETE FROM stock_record WHERE list = $1 AND sku = $2;

-- name: find_site_stock
SELECT sku, availability, ats, orderable, in_stock_at, changed_at, sequence
FROM site_stock WHERE site = $1 AND sku IN (SELECT value FROM json_each($2));

-- name: find_site_stock dialect: postgresql
SELECT sku, availability, ats, orderable, in_stock_at, changed_at, sequence
FROM site_stock WHERE site = $1 AND sku = ANY (ARRAY(SELECT json_array_elements_text(CAST($2 AS json))));

-- name: upsert_site_stock
INSERT INTO site_stock (site, sku, availability, ats, orderable, in_stock_at, changed_at, sequence)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (site, sku) DO UPDATE SET availability = excluded.availability, ats = excluded.ats, orderable = excluded.orderable,
  in_stock_at = excluded.in_stock_at, changed_at = excluded.changed_at, sequence = excluded.sequence;

-- name: skus_of_site
SELECT sku FROM site_stock WHERE site = $1 AND sku > $2 ORDER BY sku LIMIT $3;

-- name: items_after
SELECT sku FROM item WHERE sku > $1 ORDER BY sku LIMIT $2;

-- name: changes_of_site
SELECT sku, availability, ats, orderable, in_stock_at, changed_at, sequence
FROM site_stock WHERE site = $1 AND sequence > $2 ORDER BY sequence LIMIT $3;

-- name: put_list
INSERT INTO inventory_list (id, default_in_stock, use_bundle_inventory_only, on_order, description, custom, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET default_in_stock = excluded.default_in_stock,
  use_bundle_inventory_only = excluded.use_bundle_inventory_only, on_order = excluded.on_order,
  description = excluded.description, custom = excluded.custom, changed_at = excluded.changed_at;

-- name: all_lists
SELECT id, default_in_stock, use_bundle_inventory_only, on_order, description, custom FROM inventory_list ORDER BY id;

-- name: delete_list
DELETE FROM inventory_list WHERE id = $1;

-- name: insert_event
INSERT INTO stock_event (id, site, sku, queued_at) VALUES ($1, $2, $3, $4);

-- name: next_events
SELECT id, site, sku FROM stock_event ORDER BY id LIMIT $1;

-- name: delete_event
DELETE FROM stock_event WHERE id = $1;

-- name: count_events
SELECT COUNT(*) FROM stock_event;

-- name: put_sweep
INSERT INTO inventory_sweep (site, phase, after_sku, default_before) VALUES ($1, 0, '', $2)
ON CONFLICT (site) DO UPDATE SET phase = 0, after_sku = '';

-- name: advance_sweep
UPDATE inventory_sweep SET phase = $2, after_sku = $3 WHERE site = $1;

-- name: next_sweep
SELECT site, phase, after_sku, default_before FROM inventory_sweep ORDER BY site LIMIT 1;

-- name: delete_sweep
DELETE FROM inventory_sweep WHERE site = $1;

-- name: put_setting
INSERT INTO inventory_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: find_setting
SELECT value FROM inventory_setting WHERE name = $1;

-- name: page_records
SELECT list, sku, allocation, preorder_allocation, handling, perpetual, turnover, on_order, reserved, safety_stock, allocated_at,
  in_stock_at, futures, custom, created_at, changed_at, turnover_entries
FROM stock_record WHERE list = $1 ORDER BY sku LIMIT $3 OFFSET $2;
