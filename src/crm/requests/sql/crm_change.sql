-- The change log. On PostgreSQL a row carries its transaction's id: sequence numbers are handed out before commit, so a
-- reader that went by them alone would skip a transaction that commits late.

-- name: create_change_log dialect: sqlite
CREATE TABLE change_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  txid BIGINT NOT NULL DEFAULT 0,
  kind TEXT NOT NULL,
  row_id BIGINT NOT NULL
);

-- name: create_change_log dialect: postgresql
CREATE TABLE change_log (
  seq BIGINT GENERATED ALWAYS AS IDENTITY,
  txid BIGINT NOT NULL DEFAULT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT),
  kind TEXT NOT NULL,
  row_id BIGINT NOT NULL,
  PRIMARY KEY (txid, seq)
);

-- name: append_change
INSERT INTO change_log (kind, row_id) VALUES ($1, $2);

-- name: find_changes dialect: sqlite
SELECT txid, seq, kind, row_id FROM change_log WHERE txid >= $1 AND seq > $2 ORDER BY seq LIMIT $3;

-- Only transactions older than every one still running: nothing can appear before them any more.
-- name: find_changes dialect: postgresql
SELECT txid, seq, kind, row_id FROM change_log
WHERE (txid, seq) > ($1, $2)
  AND txid < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)
ORDER BY txid, seq LIMIT $3;

-- name: find_waiting_change dialect: sqlite
SELECT 1 FROM change_log WHERE txid >= $1 AND seq > $2 LIMIT 1;

-- name: find_waiting_change dialect: postgresql
SELECT 1 FROM change_log WHERE (txid, seq) > ($1, $2) LIMIT 1;

-- name: changed_contacts dialect: sqlite
SELECT id, email, first_name, last_name, phone, is_deleted, custom FROM contact
WHERE id IN (SELECT row_id FROM change_log
             WHERE txid >= $1 AND seq > $2 AND txid <= $3 AND seq <= $4 AND kind = 'contact')
ORDER BY id;

-- name: changed_contacts dialect: postgresql
SELECT id, email, first_name, last_name, phone, is_deleted, custom FROM contact
WHERE id IN (SELECT row_id FROM change_log
             WHERE (txid, seq) > ($1, $2) AND (txid, seq) <= ($3, $4) AND kind = 'contact')
ORDER BY id;

-- name: changed_requests dialect: sqlite
SELECT id, contact, sku, site, locale, quantity, status, requested_at, is_deleted,
  COALESCE(asked_at, requested_at), custom FROM back_in_stock
WHERE id IN (SELECT row_id FROM change_log
             WHERE txid >= $1 AND seq > $2 AND txid <= $3 AND seq <= $4 AND kind = 'request')
ORDER BY id;

-- name: changed_requests dialect: postgresql
SELECT id, contact, sku, site, locale, quantity, status, requested_at, is_deleted,
  COALESCE(asked_at, requested_at), custom FROM back_in_stock
WHERE id IN (SELECT row_id FROM change_log
             WHERE (txid, seq) > ($1, $2) AND (txid, seq) <= ($3, $4) AND kind = 'request')
ORDER BY id;
