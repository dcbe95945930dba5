-- What waits to be written may tell of whoever is to be forgotten.
-- name: fail_open
UPDATE row_request SET state = 'Error', body = '', completed_at = $1 WHERE state IN ('Pending', 'Executing');
