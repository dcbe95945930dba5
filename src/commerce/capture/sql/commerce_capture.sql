-- name: schema
CREATE TABLE captured_request (
  id BIGINT PRIMARY KEY, email TEXT NOT NULL, email_normalized TEXT NOT NULL, first_name TEXT NOT NULL, last_name TEXT NOT NULL,
  phone TEXT NOT NULL, sku TEXT NOT NULL, site TEXT NOT NULL, locale TEXT NOT NULL, quantity BIGINT NOT NULL,
  requested_at BIGINT NOT NULL, consent_version TEXT NOT NULL, consent_at BIGINT NOT NULL, page_url TEXT NOT NULL);
CREATE TABLE intake_outbox (
  id BIGINT PRIMARY KEY, email_normalized TEXT NOT NULL, sku TEXT NOT NULL, site TEXT NOT NULL,
  state TEXT NOT NULL, attempts BIGINT NOT NULL DEFAULT 0, due BIGINT NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
  queued_at BIGINT NOT NULL);
CREATE UNIQUE INDEX intake_outbox_pending ON intake_outbox (email_normalized, sku, site) WHERE state = 'pending';
CREATE INDEX intake_outbox_state ON intake_outbox (state, id);

-- To export and erase by address without reading every request.
-- name: schema_2
CREATE INDEX captured_request_email ON captured_request (email_normalized);
CREATE INDEX intake_outbox_email ON intake_outbox (email_normalized);

-- name: schema_4
ALTER TABLE captured_request ADD COLUMN needs_confirmation BIGINT NOT NULL DEFAULT 0;
CREATE TABLE intake_journal (id BIGINT PRIMARY KEY, journal BIGINT NOT NULL, applied BIGINT NOT NULL);

-- joinable: the CRM has not been asked to take it yet, so that who posts the same form again is counted for it. Afterwards
-- it may be there, served and ended, even if the answer was lost: then the same form is another asking. Rows from before
-- may have been tried.
-- name: schema_5
ALTER TABLE intake_outbox ADD COLUMN joinable BIGINT NOT NULL DEFAULT 0;
DROP INDEX intake_outbox_pending;
CREATE UNIQUE INDEX intake_outbox_joinable ON intake_outbox (email_normalized, sku, site) WHERE state = 'pending' AND joinable = 1;

-- name: find_journal
SELECT journal, applied FROM intake_journal WHERE id = 1;

-- name: save_journal
INSERT INTO intake_journal (id, journal, applied) VALUES (1, $1, $2)
ON CONFLICT (id) DO UPDATE SET journal = excluded.journal, applied = excluded.applied;

-- name: any_pending
SELECT 1 FROM intake_outbox WHERE state = 'pending' AND due <= $1 LIMIT 1;

-- name: insert_outbox
INSERT INTO intake_outbox (id, email_normalized, sku, site, state, queued_at, joinable) VALUES ($1, $2, $3, $4, 'pending', $5, 1)
ON CONFLICT DO NOTHING;

-- name: leave_older
UPDATE intake_outbox SET joinable = 0
WHERE email_normalized = $1 AND sku = $2 AND site = $3 AND state = 'pending' AND joinable = 1 AND queued_at <= $4;

-- name: note_tried
UPDATE intake_outbox SET joinable = 0 WHERE id = $1 AND joinable = 1;

-- name: insert_request
INSERT INTO captured_request (id, email, email_normalized, first_name, last_name, phone, sku, site, locale, quantity,
                              requested_at, consent_version, consent_at, page_url, needs_confirmation)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: next_pending
SELECT r.id, r.email, r.email_normalized, r.first_name, r.last_name, r.phone, r.sku, r.site, r.locale, r.quantity,
       r.requested_at, r.consent_version, r.consent_at, r.page_url, o.attempts,
       r.needs_confirmation, o.joinable
FROM intake_outbox o JOIN captured_request r ON r.id = o.id
WHERE o.state = 'pending' AND o.due <= $1 ORDER BY o.id LIMIT $2;

-- name: earliest_due
SELECT due FROM intake_outbox WHERE state = 'pending' ORDER BY due LIMIT 1;

-- name: delete_handed_over
DELETE FROM intake_outbox WHERE id = $1;

-- name: delete_request
DELETE FROM captured_request WHERE id = $1;

-- name: postpone
UPDATE intake_outbox SET attempts = attempts + 1, due = $2, reason = $3 WHERE id = $1;

-- name: park
UPDATE intake_outbox SET state = 'parked', attempts = attempts + 1, reason = $2 WHERE id = $1;

-- name: list_outbox
SELECT id, sku, site, state, attempts, reason, queued_at FROM intake_outbox ORDER BY state, id LIMIT $1;

-- name: count_by_state
SELECT state, COUNT(*) FROM intake_outbox GROUP BY state;

-- name: release
UPDATE intake_outbox SET state = 'pending', due = 0, attempts = 0 WHERE id = $1 AND state = 'parked'
  AND NOT EXISTS (SELECT 1 FROM intake_outbox p WHERE p.state = 'pending' AND p.email_normalized = intake_outbox.email_normalized
                  AND p.sku = intake_outbox.sku AND p.site = intake_outbox.site);
