-- name: schema_1
-- A request's way through a journey: one per restock and request. state: active, done, left
CREATE TABLE journey_entry (
  id BIGINT PRIMARY KEY,
  restock_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  journey TEXT NOT NULL,
  version BIGINT NOT NULL,
  step BIGINT NOT NULL,
  state TEXT NOT NULL,
  entered_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (restock_id, request_id)
);
CREATE INDEX journey_entry_active ON journey_entry (request_id) WHERE state = 'active';

-- flags: messages that left times two, and one if the CRM was told.
-- A wait stands beside an active entry that has no message queued. due: NULL where it is for the item to sell out.
-- name: schema_2
ALTER TABLE journey_entry ADD COLUMN flags BIGINT NOT NULL DEFAULT 0;
DROP INDEX journey_entry_active;
CREATE INDEX journey_entry_request ON journey_entry (request_id);
CREATE TABLE journey_wait (
  restock_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  journey TEXT NOT NULL,
  version BIGINT NOT NULL,
  sku TEXT NOT NULL,
  reason TEXT NOT NULL,
  due BIGINT,
  PRIMARY KEY (request_id, restock_id)
);
CREATE INDEX journey_wait_due ON journey_wait (due, request_id) WHERE due IS NOT NULL;
CREATE INDEX journey_wait_sku ON journey_wait (sku);
CREATE INDEX journey_wait_journey ON journey_wait (journey, version);
CREATE TABLE journey_webhook (
  id BIGINT PRIMARY KEY,
  journey TEXT NOT NULL,
  version BIGINT NOT NULL,
  step TEXT NOT NULL,
  restock_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  url TEXT NOT NULL,
  body TEXT NOT NULL,
  due BIGINT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  first_attempt_at BIGINT,
  UNIQUE (request_id, restock_id, version, step)
);
CREATE INDEX journey_webhook_due ON journey_webhook (due);

-- One index less for each entry: who is in it is asked by request.
-- name: schema_3
ALTER TABLE journey_entry RENAME TO journey_entry_before;
CREATE TABLE journey_entry (
  id BIGINT PRIMARY KEY,
  restock_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  journey TEXT NOT NULL,
  version BIGINT NOT NULL,
  step BIGINT NOT NULL,
  state TEXT NOT NULL,
  entered_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  flags BIGINT NOT NULL DEFAULT 0,
  UNIQUE (request_id, restock_id)
);
INSERT INTO journey_entry (id, restock_id, request_id, journey, version, step, state, entered_at, changed_at, flags)
SELECT id, restock_id, request_id, journey, version, step, state, entered_at, changed_at, flags FROM journey_entry_before;
DROP TABLE journey_entry_before;

-- name: enter
INSERT INTO journey_entry (id, restock_id, request_id, journey, version, step, state, entered_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
ON CONFLICT (request_id, restock_id) DO UPDATE SET journey = excluded.journey, version = excluded.version,
  step = excluded.step, state = excluded.state, changed_at = excluded.changed_at
WHERE journey_entry.state <> 'active';

-- name: entries_of dialect: sqlite
SELECT restock_id, request_id, journey, version, step, flags FROM journey_entry
WHERE request_id IN (SELECT value FROM json_each($1)) AND state = 'active';

-- name: entries_of dialect: postgresql
SELECT restock_id, request_id, journey, version, step, flags FROM journey_entry
WHERE request_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS json))) AND state = 'active';

-- name: move_entry
UPDATE journey_entry SET step = $3, state = $4, flags = $5, changed_at = $6
WHERE restock_id = $1 AND request_id = $2 AND state = 'active';

-- name: add_wait
INSERT INTO journey_wait (restock_id, request_id, journey, version, sku, reason, due) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (request_id, restock_id) DO UPDATE SET journey = excluded.journey, version = excluded.version, sku = excluded.sku,
  reason = excluded.reason, due = excluded.due;

-- name: drop_wait
DELETE FROM journey_wait WHERE request_id = $1 AND restock_id = $2;

-- Those of a paused journey stay until it is resumed.
-- name: due_waits
SELECT w.restock_id, w.request_id FROM journey_wait w
WHERE w.due <= $1 AND NOT EXISTS (SELECT 1 FROM journey p WHERE p.key = w.journey AND p.status = 'paused')
ORDER BY w.due, w.request_id LIMIT $2;

-- name: next_wait
SELECT MIN(w.due) FROM journey_wait w
WHERE w.due IS NOT NULL AND NOT EXISTS (SELECT 1 FROM journey p WHERE p.key = w.journey AND p.status = 'paused');

-- name: waits_of_sku
SELECT restock_id, request_id FROM journey_wait WHERE sku = $1;

-- name: waits_of_journey
SELECT restock_id, request_id FROM journey_wait WHERE journey = $1 ORDER BY request_id LIMIT $2;

-- Held by a version that is not the one in force any more: who was held by a test or on the side may enter by the new rules.
-- name: held_by_older
SELECT w.restock_id, w.request_id FROM journey_wait w JOIN journey j ON j.key = w.journey
WHERE w.due IS NULL AND j.status = 'active' AND w.version < j.version ORDER BY w.request_id LIMIT $1;

-- name: messages_of_journey
SELECT restock_id, request_id FROM message WHERE state = 'queued' AND journey = $1 LIMIT $2;

-- What the rules of a journey look at, one row for each request.
-- name: facts dialect: sqlite
SELECT r.id, r.contact_id, r.sku, r.site, r.locale, r.status, r.quantity, r.requested_at, COALESCE(c.first_name, ''),
  COALESCE(c.last_name, ''), COALESCE(c.phone, ''), COALESCE(c.email, ''), COALESCE(k.name, ''), COALESCE(k.variant_text, ''),
  COALESCE(k.master_id, ''), r.class_order
FROM ext_request r LEFT JOIN ext_contact c ON c.id = r.contact_id LEFT JOIN catalog_item k ON k.sku = r.sku
WHERE r.id IN (SELECT value FROM json_each($1));

-- name: facts dialect: postgresql
SELECT r.id, r.contact_id, r.sku, r.site, r.locale, r.status, r.quantity, r.requested_at, COALESCE(c.first_name, ''),
  COALESCE(c.last_name, ''), COALESCE(c.phone, ''), COALESCE(c.email, ''), COALESCE(k.name, ''), COALESCE(k.variant_text, ''),
  COALESCE(k.master_id, ''), r.class_order
FROM ext_request r LEFT JOIN ext_contact c ON c.id = r.contact_id LEFT JOIN catalog_item k ON k.sku = r.sku
WHERE r.id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS json)));

-- name: emails_of_request
SELECT step, opened_at, clicked_at FROM message WHERE request_id = $1 AND state = 'sent';

-- Whatever left for the mailbox, or is about to.
-- name: recent_of_mailbox
SELECT COALESCE(m.sent_at, $2) FROM ext_contact me JOIN ext_contact c ON c.address_key = me.address_key
JOIN ext_request r ON r.contact_id = c.id JOIN message m ON m.request_id = r.id
WHERE me.id = $1 AND me.address_key <> '' AND m.state IN ('queued', 'leased', 'sent') AND COALESCE(m.sent_at, $2) > $3
ORDER BY 1;

-- name: add_webhook
INSERT INTO journey_webhook (id, journey, version, step, restock_id, request_id, url, body, due)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (request_id, restock_id, version, step) DO NOTHING;

-- name: due_webhooks
SELECT id, journey, url, body, attempts, first_attempt_at FROM journey_webhook WHERE due <= $1 ORDER BY due, id LIMIT $2;

-- name: webhook_tried
UPDATE journey_webhook SET attempts = attempts + 1, first_attempt_at = COALESCE(first_attempt_at, $2), due = $3 WHERE id = $1;

-- name: drop_webhook
DELETE FROM journey_webhook WHERE id = $1;

-- name: next_webhook
SELECT MIN(due) FROM journey_webhook;
