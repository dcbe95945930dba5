-- What commerce holds of an address.

-- name: requests_of_address
SELECT id, email, first_name, last_name, phone, sku, site, locale, quantity, requested_at, consent_version, consent_at, page_url
FROM captured_request WHERE email_normalized = $1 ORDER BY id;

-- name: outbox_of_address
SELECT id, sku, site, state, attempts, reason, queued_at FROM intake_outbox WHERE email_normalized = $1 ORDER BY id;

-- name: erase_requests
DELETE FROM captured_request WHERE email_normalized = $1;

-- name: erase_outbox
DELETE FROM intake_outbox WHERE email_normalized = $1;

-- name: addresses
SELECT DISTINCT email_normalized FROM captured_request;
