-- Erasures this store has carried out, by receipt: no address. What the data folder's list has beyond these is still to do,
-- after a crash or after this store was restored from a backup.

-- name: create
CREATE TABLE erasure (
  receipt TEXT PRIMARY KEY,
  carried_out_at BIGINT NOT NULL
);

-- name: note
INSERT INTO erasure (receipt, carried_out_at) VALUES ($1, $2) ON CONFLICT (receipt) DO NOTHING;

-- name: list
SELECT receipt FROM erasure;
