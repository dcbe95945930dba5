-- When the shopper last asked for it, if that was not when the request was made: 0 until then.

-- name: add_asked_at
ALTER TABLE back_in_stock ADD COLUMN asked_at BIGINT NOT NULL DEFAULT 0;

-- name: find_asked
SELECT status, CASE WHEN asked_at > requested_at THEN asked_at ELSE requested_at END FROM back_in_stock WHERE id = $1;

-- name: save_asked
UPDATE back_in_stock SET asked_at = $2, modified_at = $3, modified_by = $4, system_modstamp = $3
WHERE id = $1 AND asked_at < $2;
