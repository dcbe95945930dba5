-- When the shopper last asked for it, if that was not when the request was made.

-- name: add_asked_at
ALTER TABLE back_in_stock ADD COLUMN asked_at BIGINT;

-- name: find_asked
SELECT status, COALESCE(asked_at, requested_at) FROM back_in_stock WHERE id = $1;

-- name: save_asked
UPDATE back_in_stock SET asked_at = $2, modified_at = $3, modified_by = $4, system_modstamp = $3
WHERE id = $1 AND COALESCE(asked_at, requested_at) < $2;

-- name: find_place
SELECT contact, sku, site FROM back_in_stock WHERE id = $1 AND is_deleted = 0;

-- name: save_sku
UPDATE back_in_stock SET sku = $2, modified_at = $3, modified_by = $4, system_modstamp = $3 WHERE id = $1;
