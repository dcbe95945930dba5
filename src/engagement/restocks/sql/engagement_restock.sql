-- name: schema_1
CREATE TABLE availability (
  sku TEXT PRIMARY KEY,
  in_stock BIGINT NOT NULL,
  ats BIGINT NOT NULL,
  observed_at BIGINT NOT NULL,
  source TEXT NOT NULL
);
CREATE TABLE restock (
  id BIGINT PRIMARY KEY,
  sku TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  source TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT,
  entered BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX restock_open ON restock (sku) WHERE closed_at IS NULL;

-- in_stock is -1 where no feed or event has told. item_hash: of the SKU's catalog item; feed_hash: of its row in the feed, as it was last
-- applied, 0 once the stock has changed by another way.
-- name: schema_2
ALTER TABLE availability ADD COLUMN item_hash BIGINT NOT NULL DEFAULT 0;
ALTER TABLE availability ADD COLUMN feed_hash BIGINT NOT NULL DEFAULT 0;

-- Written when a restock closes, not when one of a feed's thousands opens.
-- name: schema_3
CREATE INDEX restock_closed ON restock (sku, opened_at) WHERE closed_at IS NOT NULL;

-- name: all_availability
SELECT sku, in_stock, ats, observed_at, item_hash, feed_hash FROM availability;

-- name: upsert_availability
INSERT INTO availability (sku, in_stock, ats, observed_at, source) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (sku) DO UPDATE SET in_stock = excluded.in_stock, ats = excluded.ats,
  observed_at = excluded.observed_at, source = excluded.source, feed_hash = 0;

-- name: upsert_feed_row
INSERT INTO availability (sku, in_stock, ats, observed_at, source, item_hash, feed_hash) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (sku) DO UPDATE SET in_stock = excluded.in_stock, ats = excluded.ats, observed_at = excluded.observed_at,
  source = excluded.source, item_hash = excluded.item_hash, feed_hash = excluded.feed_hash;

-- name: open_restock
INSERT INTO restock (id, sku, quantity, source, opened_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (sku) WHERE closed_at IS NULL DO NOTHING;

-- name: close_restock
UPDATE restock SET closed_at = $2 WHERE sku = $1 AND closed_at IS NULL;

-- name: lock_availability dialect: sqlite
SELECT in_stock, ats FROM availability WHERE sku = $1;

-- name: lock_availability dialect: postgresql
SELECT in_stock, ats FROM availability WHERE sku = $1 FOR UPDATE;

-- name: find_availability
SELECT in_stock, ats, observed_at FROM availability WHERE sku = $1;

-- name: list_open
SELECT p.sku, COALESCE(a.in_stock, 0)
FROM (SELECT sku FROM restock WHERE closed_at IS NULL AND sku > $1 ORDER BY sku LIMIT $2) AS p
LEFT JOIN availability a ON a.sku = p.sku ORDER BY p.sku;

-- name: find_open
SELECT id, sku, quantity, source, opened_at FROM restock WHERE sku = $1 AND closed_at IS NULL;

-- Of a SKU that has none open.
-- name: last_opened
SELECT MAX(opened_at) FROM restock WHERE sku = $1 AND closed_at IS NOT NULL;

-- name: add_entered
UPDATE restock SET entered = entered + $2 WHERE id = $1;

-- name: list_restocks
SELECT id, sku, quantity, source, opened_at, closed_at, entered FROM restock
WHERE id < $1 AND ($2 = '' OR sku = $2) ORDER BY id DESC LIMIT $3;
