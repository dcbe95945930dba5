-- Once for each store: rows from before the providers' rules get today's normalised address.

-- name: create_step
CREATE TABLE capture_step (name TEXT PRIMARY KEY);

-- name: find_step
SELECT 1 FROM capture_step WHERE name = $1;

-- name: save_step
INSERT INTO capture_step (name) VALUES ($1);

-- name: all_addresses
SELECT id, email, email_normalized FROM captured_request ORDER BY id;

-- The statements below take id and new normalised address.

-- name: renew_request
UPDATE captured_request SET email_normalized = $2 WHERE id = $1;

-- Of two that wait for one mailbox and item the older stays, as if the younger had found it.
-- name: drop_younger_twin
DELETE FROM intake_outbox WHERE state = 'pending' AND email_normalized = $2 AND id > $1
  AND EXISTS (SELECT 1 FROM intake_outbox o WHERE o.id = $1 AND o.state = 'pending' AND o.sku = intake_outbox.sku
              AND o.site = intake_outbox.site);

-- name: renew_outbox
UPDATE intake_outbox SET email_normalized = $2 WHERE id = $1 AND (state <> 'pending'
  OR NOT EXISTS (SELECT 1 FROM intake_outbox o WHERE o.state = 'pending' AND o.email_normalized = $2
                 AND o.sku = intake_outbox.sku AND o.site = intake_outbox.site));

-- name: drop_younger
DELETE FROM intake_outbox WHERE id = $1 AND email_normalized <> $2;
