-- An item that is in stock, and which rule keeps its restock from opening. since: in stock without a break. largest: the most units that came in at
-- once since then. due: when time alone opens it; NULL where units must come. outcome: opened, sold_out, or changed (another rule holds it since).

-- name: schema_1
CREATE TABLE restock_hold (
  id BIGINT PRIMARY KEY,
  sku TEXT NOT NULL,
  since BIGINT NOT NULL,
  units BIGINT NOT NULL,
  largest BIGINT NOT NULL,
  source TEXT NOT NULL,
  reason TEXT NOT NULL,
  wanted BIGINT NOT NULL,
  due BIGINT,
  decided_at BIGINT NOT NULL,
  ended_at BIGINT,
  outcome TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX restock_hold_open ON restock_hold (sku) WHERE ended_at IS NULL;
CREATE INDEX restock_hold_due ON restock_hold (due) WHERE ended_at IS NULL AND due IS NOT NULL;
CREATE INDEX restock_hold_ended ON restock_hold (sku, id) WHERE ended_at IS NOT NULL;

-- name: add_hold
INSERT INTO restock_hold (id, sku, since, units, largest, source, reason, wanted, due, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (sku) WHERE ended_at IS NULL DO NOTHING;

-- name: find_active
SELECT id, sku, since, units, largest, source, reason, wanted, due, decided_at, ended_at, outcome FROM restock_hold
WHERE sku = $1 AND ended_at IS NULL;

-- name: set_units
UPDATE restock_hold SET units = $2, largest = $3, wanted = $4, due = $5 WHERE id = $1;

-- name: end_of_sku
UPDATE restock_hold SET ended_at = $2, outcome = $3 WHERE sku = $1 AND ended_at IS NULL;

-- Only the newest of a SKU are of use to anybody.
-- name: forget_older
DELETE FROM restock_hold WHERE sku = $1 AND ended_at IS NOT NULL
  AND id < (SELECT MIN(n.id) FROM (SELECT h.id FROM restock_hold h WHERE h.sku = $1 AND h.ended_at IS NOT NULL ORDER BY h.id DESC LIMIT 20) AS n);

-- name: due_holds
SELECT sku FROM restock_hold WHERE due <= $1 AND ended_at IS NULL AND due IS NOT NULL ORDER BY due, sku LIMIT $2;

-- name: next_due
SELECT MIN(due) FROM restock_hold WHERE ended_at IS NULL AND due IS NOT NULL;

-- name: active_holds
SELECT id, sku, since, units, largest, source, reason, wanted, due, decided_at, ended_at, outcome FROM restock_hold
WHERE ended_at IS NULL;

-- name: list_holds
SELECT id, sku, since, units, largest, source, reason, wanted, due, decided_at, ended_at, outcome FROM restock_hold
WHERE id < $1 AND ($2 = '' OR sku = $2) AND ($3 = 0 OR ended_at IS NULL) ORDER BY id DESC LIMIT $4;
