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

-- name: find_asking
SELECT contact, sku, site, locale, quantity, asked_at FROM back_in_stock
WHERE id = $1 AND asked_at > requested_at AND is_deleted = 0;

-- The posts that asked for a request again after a time, by their consent: the last is the one that counts.
-- name: find_post_since
SELECT request_key FROM submission WHERE request = $1 AND consent_given_at > $2 AND request_created = 0
ORDER BY consent_given_at DESC, received_at DESC, request_key DESC LIMIT 1;

-- name: move_posts_since
UPDATE submission SET request = $3, request_created = CASE WHEN request_key = $4 THEN 1 ELSE 0 END
WHERE request = $1 AND consent_given_at > $2 AND request_created = 0;
