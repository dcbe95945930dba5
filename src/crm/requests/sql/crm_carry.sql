-- Requests that go with their contact when it is merged into another, and back.

-- name: requests_of
SELECT id, sku, site, status, requested_at FROM back_in_stock WHERE contact = $1 AND is_deleted = 0 ORDER BY id;

-- name: move_request
UPDATE back_in_stock SET contact = $2, modified_at = $3, modified_by = $4, system_modstamp = $3 WHERE id = $1;

-- name: get_request
SELECT contact, sku, site, status, status_at FROM back_in_stock WHERE id = $1 AND is_deleted = 0;

-- name: count_requests dialect: sqlite
SELECT contact, COUNT(*), SUM(status IN ('Pending', 'Requested', 'Queued')) FROM back_in_stock
WHERE contact IN (SELECT value FROM json_each($1)) AND is_deleted = 0 GROUP BY contact;

-- name: count_requests dialect: postgresql
SELECT contact, COUNT(*), COUNT(*) FILTER (WHERE status IN ('Pending', 'Requested', 'Queued')) FROM back_in_stock
WHERE contact = ANY (ARRAY(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS JSON)) AS value))
  AND is_deleted = 0 GROUP BY contact;
