-- name: schema
CREATE TABLE stock_record (
  sku TEXT PRIMARY KEY, allocation BIGINT, preorder_allocation BIGINT NOT NULL, handling TEXT NOT NULL,
  perpetual BIGINT NOT NULL, turnover BIGINT NOT NULL, on_order BIGINT NOT NULL, allocated_at BIGINT,
  availability TEXT NOT NULL, ats BIGINT NOT NULL, changed_at BIGINT NOT NULL);
CREATE TABLE inventory_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE stock_event (
  id BIGINT PRIMARY KEY, sku TEXT NOT NULL, in_stock BIGINT NOT NULL, ats BIGINT NOT NULL, observed_at BIGINT NOT NULL);

-- name: find_records
SELECT sku, allocation, preorder_allocation, handling, perpetual, turnover, on_order, allocated_at, availability, ats, changed_at
FROM stock_record WHERE sku IN (SELECT value FROM json_each($1));

-- name: find_records dialect: postgresql
SELECT sku, allocation, preorder_allocation, handling, perpetual, turnover, on_order, allocated_at, availability, ats, changed_at
FROM stock_record WHERE sku IN (SELECT json_array_elements_text(CAST($1 AS json)));

-- name: upsert_record
INSERT INTO stock_record (sku, allocation, preorder_allocation, handling, perpetual, turnover, on_order, allocated_at,
                          availability, ats, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (sku) DO UPDATE SET allocation = excluded.allocation, preorder_allocation = excluded.preorder_allocation,
  handling = excluded.handling, perpetual = excluded.perpetual, turnover = excluded.turnover, on_order = excluded.on_order,
  allocated_at = excluded.allocated_at, availability = excluded.availability, ats = excluded.ats,
  changed_at = excluded.changed_at;

-- name: delete_record
DELETE FROM stock_record WHERE sku = $1;

-- name: insert_event
INSERT INTO stock_event (id, sku, in_stock, ats, observed_at) VALUES ($1, $2, $3, $4, $5);

-- name: next_events
SELECT id, sku, in_stock, ats, observed_at FROM stock_event ORDER BY id LIMIT $1;

-- name: delete_events
DELETE FROM stock_event WHERE id <= $1;

-- name: count_events
SELECT COUNT(*) FROM stock_event;

-- name: put_setting
INSERT INTO inventory_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: find_setting
SELECT value FROM inventory_setting WHERE name = $1;
