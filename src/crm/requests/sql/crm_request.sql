-- name: create_request
CREATE TABLE back_in_stock (
  id BIGINT PRIMARY KEY,
  request_key TEXT NOT NULL UNIQUE,
  contact BIGINT NOT NULL REFERENCES contact (id),
  sku TEXT NOT NULL,
  site TEXT NOT NULL,
  locale TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  status TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  queued_at BIGINT,
  sent_at BIGINT,
  opened_at BIGINT,
  clicked_at BIGINT,
  update_sequence BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX back_in_stock_open ON back_in_stock (contact, sku, site)
  WHERE status IN ('Pending', 'Requested', 'Queued');
CREATE INDEX back_in_stock_waiting ON back_in_stock (sku, requested_at) WHERE status IN ('Requested', 'Queued');
CREATE INDEX back_in_stock_contact ON back_in_stock (contact, id);
CREATE INDEX back_in_stock_sku ON back_in_stock (sku, id);
CREATE INDEX back_in_stock_status ON back_in_stock (status, id);
CREATE INDEX back_in_stock_requested_at ON back_in_stock (requested_at);
CREATE INDEX back_in_stock_sent_at ON back_in_stock (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX back_in_stock_opened_at ON back_in_stock (opened_at) WHERE opened_at IS NOT NULL;
CREATE INDEX back_in_stock_clicked_at ON back_in_stock (clicked_at) WHERE clicked_at IS NOT NULL;
CREATE TABLE submission (
  request_key TEXT PRIMARY KEY,
  contact BIGINT NOT NULL,
  request BIGINT NOT NULL,
  contact_created BIGINT NOT NULL,
  request_created BIGINT NOT NULL,
  consent_text_version TEXT NOT NULL,
  consent_given_at BIGINT NOT NULL,
  consent_page_url TEXT NOT NULL,
  received_at BIGINT NOT NULL
);
CREATE TABLE request_event (
  id BIGINT PRIMARY KEY,
  request BIGINT NOT NULL REFERENCES back_in_stock (id),
  happened_at BIGINT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  source TEXT NOT NULL,
  update_sequence BIGINT,
  UNIQUE (request, update_sequence)
);

-- name: claim_key
INSERT INTO submission (request_key, contact, request, contact_created, request_created,
                        consent_text_version, consent_given_at, consent_page_url, received_at)
VALUES ($1, 0, 0, 0, 0, $2, $3, $4, $5)
ON CONFLICT (request_key) DO NOTHING;

-- name: find_receipt
SELECT contact, request, contact_created, request_created FROM submission WHERE request_key = $1;

-- name: save_receipt
UPDATE submission SET contact = $1, request = $2, contact_created = $3, request_created = $4
WHERE request_key = $5;

-- name: find_request_of_key
SELECT contact, id FROM back_in_stock WHERE request_key = $1 AND is_deleted = 0;

-- name: find_receipts dialect: sqlite
SELECT request_key, contact, request, contact_created, request_created FROM submission
WHERE request_key IN (SELECT value FROM json_each($1));

-- name: find_receipts dialect: postgresql
SELECT request_key, contact, request, contact_created, request_created FROM submission
WHERE request_key = ANY (ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))));

-- name: find_requests_of_keys dialect: sqlite
SELECT request_key, contact, id FROM back_in_stock
WHERE request_key IN (SELECT value FROM json_each($1)) AND is_deleted = 0;

-- name: find_requests_of_keys dialect: postgresql
SELECT request_key, contact, id FROM back_in_stock
WHERE request_key = ANY (ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON)))) AND is_deleted = 0;

-- name: insert_receipt
INSERT INTO submission (request_key, contact, request, contact_created, request_created,
                        consent_text_version, consent_given_at, consent_page_url, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (request_key) DO NOTHING;

-- $1: contact, product and site of each.
-- name: find_open_requests dialect: sqlite
SELECT b.contact, b.sku, b.site, b.id FROM json_each($1) k CROSS JOIN back_in_stock b
  ON b.contact = json_extract(k.value, '$.c') AND b.sku = json_extract(k.value, '$.p')
  AND b.site = json_extract(k.value, '$.s')
WHERE b.status IN ('Pending', 'Requested', 'Queued') AND b.is_deleted = 0;

-- name: find_open_requests dialect: postgresql
SELECT b.contact, b.sku, b.site, b.id
FROM json_to_recordset(CAST($1 AS JSON)) AS k (c BIGINT, p TEXT, s TEXT)
JOIN back_in_stock b ON b.contact = k.c AND b.sku = k.p AND b.site = k.s
WHERE b.status IN ('Pending', 'Requested', 'Queued') AND b.is_deleted = 0;

-- name: insert_request
INSERT INTO back_in_stock (id, request_key, contact, sku, site, locale, quantity, status, requested_at, status_at,
                           status_reason, created_at, created_by, modified_at, modified_by, system_modstamp)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $11, $12, $11)
ON CONFLICT (contact, sku, site) WHERE status IN ('Pending', 'Requested', 'Queued') AND is_deleted = 0 DO NOTHING;

-- name: find_open_request
SELECT id FROM back_in_stock
WHERE contact = $1 AND sku = $2 AND site = $3 AND status IN ('Pending', 'Requested', 'Queued') AND is_deleted = 0;

-- In the order of the ids, so that two writers never wait for each other in a circle.
-- name: lock_requests dialect: sqlite
SELECT id, status, queued_at, sent_at, opened_at, clicked_at, update_sequence, status_at, status_reason,
  COALESCE(asked_at, requested_at)
FROM back_in_stock WHERE id IN (SELECT value FROM json_each($1)) AND is_deleted = 0;

-- name: lock_requests dialect: postgresql
SELECT id, status, queued_at, sent_at, opened_at, clicked_at, update_sequence, status_at, status_reason,
  COALESCE(asked_at, requested_at)
FROM back_in_stock
WHERE id = ANY (ARRAY(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS JSON)) AS value))
  AND is_deleted = 0
ORDER BY id FOR UPDATE;

-- name: save_state
UPDATE back_in_stock
SET status = $1, queued_at = $2, sent_at = $3, opened_at = $4, clicked_at = $5, update_sequence = $6,
    status_at = $7, status_reason = $8, modified_at = $9, modified_by = $10, system_modstamp = $9
WHERE id = $11;

-- name: insert_event
INSERT INTO request_event (id, request, happened_at, status, reason, source, update_sequence)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (request, update_sequence) WHERE update_sequence IS NOT NULL DO NOTHING;
