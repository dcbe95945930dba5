-- name: schema_1
CREATE TABLE ext_contact (
  id BIGINT PRIMARY KEY,
  email TEXT NOT NULL,
  address_key TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  phone TEXT NOT NULL
);
CREATE INDEX ext_contact_address_key ON ext_contact (address_key);
-- stage is Engagement's own view: pending, waiting, entered, closed. status is the CRM's, as last synchronised.
CREATE TABLE ext_request (
  id BIGINT PRIMARY KEY,
  contact_id BIGINT NOT NULL,
  sku TEXT NOT NULL,
  site TEXT NOT NULL,
  locale TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  status TEXT NOT NULL,
  stage TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  synchronized_at BIGINT NOT NULL
);
CREATE INDEX ext_request_waiting ON ext_request (sku, requested_at, id) WHERE stage = 'waiting';
CREATE INDEX ext_request_contact ON ext_request (contact_id);
CREATE TABLE status_update (
  sequence BIGINT PRIMARY KEY,
  request_id BIGINT NOT NULL,
  status TEXT NOT NULL,
  at BIGINT NOT NULL,
  reason TEXT NOT NULL
);
-- One row: its lock makes the order of sequences the order of commits.
CREATE TABLE status_counter (
  id BIGINT PRIMARY KEY,
  last BIGINT NOT NULL
);
INSERT INTO status_counter (id, last) VALUES (1, 0);

-- name: schema_2
CREATE TABLE ext_step (name TEXT PRIMARY KEY);

-- asked_at: when the shopper last wanted it. noticed_at: when it was last decided whether to write to the shopper about
-- the request itself: to confirm it, or whether it is still wanted.
-- name: schema_3
ALTER TABLE ext_request ADD COLUMN asked_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ext_request ADD COLUMN noticed_at BIGINT NOT NULL DEFAULT 0;
UPDATE ext_request SET asked_at = requested_at;
CREATE INDEX ext_request_pending ON ext_request (asked_at) WHERE stage = 'pending';
CREATE INDEX ext_request_asked ON ext_request (asked_at) WHERE stage = 'waiting';
ALTER TABLE status_update ADD COLUMN sku TEXT NOT NULL DEFAULT '';
ALTER TABLE status_update ADD COLUMN asked_again BIGINT NOT NULL DEFAULT 0;
CREATE INDEX status_update_sku ON status_update (request_id) WHERE sku <> '';

-- decided_on: the asking that an end rests on; NULL where the shopper decided.
-- name: schema_4
ALTER TABLE status_update ADD COLUMN decided_on BIGINT;

-- class_name: as the CRM's class field has it, trimmed and in lower case. class_order: whose turn it is among the classes of the
-- configuration (ext_class), 1 first; 100, standard, comes last.
-- name: schema_5
ALTER TABLE ext_contact ADD COLUMN class_name TEXT NOT NULL DEFAULT '';
ALTER TABLE ext_request ADD COLUMN class_name TEXT NOT NULL DEFAULT '';
ALTER TABLE ext_request ADD COLUMN class_order BIGINT NOT NULL DEFAULT 100;
CREATE TABLE ext_class (name TEXT PRIMARY KEY, class_order BIGINT NOT NULL);
DROP INDEX ext_request_waiting;
CREATE INDEX ext_request_waiting ON ext_request (sku, class_order, requested_at, id) WHERE stage = 'waiting';

-- name: find_step
SELECT 1 FROM ext_step WHERE name = $1;

-- name: save_step
INSERT INTO ext_step (name) VALUES ($1);

-- name: all_addresses
SELECT id, email, address_key FROM ext_contact;

-- name: renew_key
UPDATE ext_contact SET address_key = $2 WHERE id = $1;

-- name: renew_suppression
INSERT INTO suppression (address_key, reason, at)
SELECT $1, reason, at FROM suppression WHERE address_key = $2 ON CONFLICT (address_key) DO NOTHING;

-- name: upsert_contact
INSERT INTO ext_contact (id, email, address_key, first_name, last_name, phone, class_name)
VALUES ($1, $2, $3, $4, $5, $6, COALESCE($7, ''))
ON CONFLICT (id) DO UPDATE SET email = excluded.email, address_key = excluded.address_key,
  first_name = excluded.first_name, last_name = excluded.last_name, phone = excluded.phone,
  class_name = COALESCE($7, ext_contact.class_name);

-- name: has_classes
SELECT 1 FROM ext_class LIMIT 1;

-- name: all_classes
SELECT name FROM ext_class ORDER BY class_order;

-- name: forget_classes
DELETE FROM ext_class;

-- name: add_class
INSERT INTO ext_class (name, class_order) VALUES ($1, $2);

-- The classes of the configuration have changed: every place is looked at again.
-- name: rank_all
UPDATE ext_request SET class_order = COALESCE((SELECT k.class_order FROM ext_class k WHERE k.name =
    CASE WHEN ext_request.class_name <> '' THEN ext_request.class_name
         ELSE (SELECT c.class_name FROM ext_contact c WHERE c.id = ext_request.contact_id) END), 100)
WHERE class_order <> 100 OR class_name <> ''
  OR EXISTS (SELECT 1 FROM ext_contact c WHERE c.id = ext_request.contact_id AND c.class_name <> '');

-- name: rank_of_contact
UPDATE ext_request SET class_order = COALESCE((SELECT k.class_order FROM ext_class k WHERE k.name =
    (SELECT c.class_name FROM ext_contact c WHERE c.id = $1)), 100)
WHERE contact_id = $1 AND class_name = '';

-- It takes up no units any more.
-- name: end_invitations_of_request
UPDATE invitation SET ended_at = $2 WHERE request_id = $1 AND ended_at IS NULL;

-- name: rank_of_request
UPDATE ext_request SET class_order = COALESCE((SELECT k.class_order FROM ext_class k WHERE k.name =
    CASE WHEN ext_request.class_name <> '' THEN ext_request.class_name
         ELSE (SELECT c.class_name FROM ext_contact c WHERE c.id = ext_request.contact_id) END), 100)
WHERE id = $1;

-- What was written to a mailbox that nobody has any more keeps no trace of it.
-- name: forget_mailbox
UPDATE notice SET address_key = '' WHERE address_key = (SELECT address_key FROM ext_contact WHERE id = $1)
  AND NOT EXISTS (SELECT 1 FROM ext_contact other WHERE other.address_key = notice.address_key AND other.id <> $1);

-- name: delete_contact
DELETE FROM ext_contact WHERE id = $1;

-- name: delete_request
DELETE FROM ext_request WHERE id = $1;

-- name: entered_of_contact
SELECT id FROM ext_request WHERE contact_id = $1 AND stage = 'entered' ORDER BY requested_at, id;

-- name: waiting_skus_of_contact
SELECT DISTINCT sku FROM ext_request WHERE contact_id = $1 AND stage = 'waiting';

-- name: find_stage
SELECT stage FROM ext_request WHERE id = $1;

-- A request that was messaged and deleted, and that the CRM brings back, is not messaged again. One that
-- the CRM closes and opens again (a merge undone) gets its place back if nothing was sent, and so does one that was ended
-- here while the shopper asked for it again; not by the asking that an end rests on, or one from before the shopper's stop.
-- A size that was changed here is not undone by a CRM that has yet to hear of it.
-- name: upsert_request
INSERT INTO ext_request (id, contact_id, sku, site, locale, quantity, status, stage, requested_at, synchronized_at, asked_at, class_name)
VALUES ($1, $2, $3, $4, $5, $6, $7,
  CASE WHEN EXISTS (SELECT 1 FROM message m WHERE m.request_id = $1 AND m.state = 'sent') THEN 'closed' ELSE $8 END, $9, $10, $11,
  COALESCE($12, ''))
ON CONFLICT (id) DO UPDATE SET contact_id = excluded.contact_id,
  sku = CASE WHEN EXISTS (SELECT 1 FROM status_update u WHERE u.request_id = ext_request.id AND u.sku <> '')
             THEN ext_request.sku ELSE excluded.sku END,
  asked_at = CASE WHEN excluded.asked_at > ext_request.asked_at THEN excluded.asked_at ELSE ext_request.asked_at END, site = excluded.site,
  locale = excluded.locale, quantity = excluded.quantity, status = excluded.status, requested_at = excluded.requested_at,
  synchronized_at = excluded.synchronized_at, class_name = COALESCE($12, ext_request.class_name),
  stage = CASE WHEN excluded.stage = 'closed' THEN 'closed'
               WHEN ext_request.stage = 'pending' THEN excluded.stage
               WHEN ext_request.stage = 'closed'
                 AND (ext_request.status IN ('Cancelled', 'Expired', 'Undeliverable')
                      OR excluded.asked_at > ext_request.asked_at
                         AND NOT EXISTS (SELECT 1 FROM status_update u WHERE u.request_id = ext_request.id
                                         AND u.status = 'Cancelled' AND COALESCE(u.decided_on, u.at) >= excluded.asked_at))
                 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.request_id = ext_request.id AND m.state = 'sent')
                 THEN excluded.stage
               ELSE ext_request.stage END;

-- Who cannot be reached now keeps the place in line. One class after the other: each in the order of its index.
-- name: waiting_of_sku
SELECT r.id, r.contact_id, r.requested_at, c.address_key, r.quantity, r.site, r.class_order
FROM ext_request r JOIN ext_contact c ON c.id = r.contact_id
WHERE r.sku = $1 AND r.class_order = $2 AND r.stage = 'waiting' AND c.address_key <> ''
ORDER BY r.requested_at, r.id LIMIT $3;

-- name: waiting_of_sites dialect: sqlite
SELECT r.id, r.contact_id, r.requested_at, c.address_key, r.quantity, r.site, r.class_order
FROM ext_request r JOIN ext_contact c ON c.id = r.contact_id
WHERE r.sku = $1 AND r.class_order = $2 AND r.stage = 'waiting' AND c.address_key <> '' AND r.site IN (SELECT value FROM json_each($4))
ORDER BY r.requested_at, r.id LIMIT $3;

-- name: waiting_of_sites dialect: postgresql
SELECT r.id, r.contact_id, r.requested_at, c.address_key, r.quantity, r.site, r.class_order
FROM ext_request r JOIN ext_contact c ON c.id = r.contact_id
WHERE r.sku = $1 AND r.class_order = $2 AND r.stage = 'waiting' AND c.address_key <> ''
  AND r.site IN (SELECT value FROM json_array_elements_text(CAST($4 AS json)))
ORDER BY r.requested_at, r.id LIMIT $3;

-- name: find_waiting dialect: sqlite
SELECT r.id, r.contact_id, r.requested_at, c.address_key, r.quantity, r.site, r.class_order
FROM json_each($1) j CROSS JOIN ext_request r ON r.id = j.value JOIN ext_contact c ON c.id = r.contact_id
WHERE r.stage = 'waiting' AND c.address_key <> ''
ORDER BY r.class_order, r.requested_at, r.id;

-- name: find_waiting dialect: postgresql
SELECT r.id, r.contact_id, r.requested_at, c.address_key, r.quantity, r.site, r.class_order
FROM ext_request r JOIN ext_contact c ON c.id = r.contact_id
WHERE r.id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST($1 AS json)))
  AND r.stage = 'waiting' AND c.address_key <> ''
ORDER BY r.class_order, r.requested_at, r.id;

-- name: each_waiting dialect: sqlite
SELECT j.key, r.class_order, r.requested_at, r.id FROM json_each($1) j CROSS JOIN ext_request r ON r.sku = j.value AND r.stage = 'waiting';

-- name: each_waiting dialect: postgresql
SELECT j.place - 1, r.class_order, r.requested_at, r.id FROM json_array_elements_text(CAST($1 AS json)) WITH ORDINALITY AS j (sku, place)
JOIN ext_request r ON r.sku = j.sku AND r.stage = 'waiting';

-- name: waiting_skus
SELECT DISTINCT sku FROM ext_request WHERE stage = 'waiting';

-- name: waiting_skus_after
WITH RECURSIVE step (sku, taken) AS (
  SELECT MIN(sku), CAST(1 AS BIGINT) FROM ext_request WHERE stage = 'waiting' AND sku > $1
  UNION ALL
  SELECT (SELECT MIN(n.sku) FROM ext_request n WHERE n.stage = 'waiting' AND n.sku > step.sku), step.taken + 1
  FROM step WHERE step.sku IS NOT NULL AND step.taken < $2)
SELECT sku FROM step WHERE sku IS NOT NULL;

-- name: move_stage
UPDATE ext_request SET stage = $3 WHERE id = $1 AND stage = $2;

-- name: close_request
UPDATE ext_request SET stage = 'closed' WHERE id = $1 AND stage <> 'closed';

-- Whose shopper has not asked for it again since $3; the asking that ends with it.
-- name: end_asked_before
UPDATE ext_request SET stage = 'closed' WHERE id = $1 AND stage = $2 AND asked_at < $3 RETURNING asked_at;

-- name: open_of_address
SELECT r.id FROM ext_request r JOIN ext_contact c ON c.id = r.contact_id
WHERE c.address_key = $1 AND r.stage <> 'closed' ORDER BY r.requested_at, r.id;

-- name: reserve_sequences
UPDATE status_counter SET last = last + $1 WHERE id = 1 RETURNING last;

-- name: append_update
INSERT INTO status_update (sequence, request_id, status, at, reason, sku, asked_again, decided_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: updates_after
SELECT sequence, request_id, status, at, reason, sku, asked_again, decided_on FROM status_update WHERE sequence > $1 ORDER BY sequence LIMIT $2;

-- name: discard_through
DELETE FROM status_update WHERE sequence <= $1;

-- name: list_contacts
SELECT id, email, first_name, last_name, phone, class_name FROM ext_contact
WHERE id < $1 AND ($2 = 0 OR id = $2) ORDER BY id DESC LIMIT $3;

-- name: list_requests
SELECT id, contact_id, sku, site, locale, quantity, status, stage, requested_at, synchronized_at, class_name FROM ext_request
WHERE id < $1 AND ($2 = 0 OR id = $2) ORDER BY id DESC LIMIT $3;
