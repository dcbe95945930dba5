-- name: schema
CREATE TABLE stock_upload (
  id BIGINT PRIMARY KEY, token_hash TEXT NOT NULL, created_at BIGINT NOT NULL, import_id BIGINT NOT NULL DEFAULT 0);

-- name: insert_upload
INSERT INTO stock_upload (id, token_hash, created_at) VALUES ($1, $2, $3);

-- name: find_upload
SELECT token_hash, created_at, import_id FROM stock_upload WHERE id = $1;

-- name: claim_upload
UPDATE stock_upload SET import_id = -1 WHERE id = $1 AND token_hash = $2 AND created_at > $3 AND import_id = 0;

-- name: settle_upload
UPDATE stock_upload SET import_id = $2 WHERE id = $1;

-- name: delete_old_uploads
DELETE FROM stock_upload WHERE created_at < $1;
