-- What a large feed changed, not yet in the tables of availability and restocks. Ids are in the order in which it was decided.
-- name: schema_1
CREATE TABLE stock_journal (
  id BIGINT PRIMARY KEY,
  source TEXT NOT NULL,
  at BIGINT NOT NULL,
  changes TEXT NOT NULL
);

-- name: append_chunk
INSERT INTO stock_journal (id, source, at, changes)
SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3 FROM stock_journal;

-- name: oldest_chunk
SELECT id, source, at, changes FROM stock_journal ORDER BY id LIMIT 1;

-- name: all_chunks
SELECT id, source, at, changes FROM stock_journal ORDER BY id;

-- name: erase_chunk
DELETE FROM stock_journal WHERE id = $1;
