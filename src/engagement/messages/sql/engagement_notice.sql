-- Messages about the requests themselves. A notice goes to a mailbox, by the digest of its address; whoever has that
-- address when it leaves is written to. state as of messages.

-- name: schema_1
CREATE TABLE notice (
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  waited_for BIGINT NOT NULL,
  address_key TEXT NOT NULL,
  locale TEXT NOT NULL,
  state TEXT NOT NULL,
  due BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  lease BIGINT NOT NULL DEFAULT 0,
  attempts BIGINT NOT NULL DEFAULT 0,
  first_attempt_at BIGINT,
  message_id TEXT NOT NULL,
  sent_at BIGINT,
  smtp_code BIGINT NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX notice_queue ON notice (waited_for DESC, id) WHERE state = 'queued';
CREATE INDEX notice_leased ON notice (lease) WHERE state = 'leased';
CREATE INDEX notice_address ON notice (address_key, kind, created_at);
CREATE TABLE notice_item (
  notice_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  PRIMARY KEY (notice_id, request_id)
);
CREATE INDEX notice_item_request ON notice_item (request_id);

-- name: insert_notice
INSERT INTO notice (id, kind, waited_for, address_key, locale, state, due, created_at, message_id)
VALUES ($1, $2, $3, $4, $5, 'queued', $6, $6, $7);

-- name: insert_item
INSERT INTO notice_item (notice_id, request_id) VALUES ($1, $2);

-- name: count_since
SELECT COUNT(*), MAX(created_at) FROM notice WHERE address_key = $1 AND kind = $2 AND created_at > $3;

-- name: recover_leases
UPDATE notice SET lease = 0, state = 'queued' WHERE state = 'leased';

-- name: lease dialect: sqlite
UPDATE notice SET state = 'leased', lease = $1, attempts = attempts + 1, first_attempt_at = COALESCE(first_attempt_at, $2)
WHERE id IN (SELECT id FROM notice WHERE state = 'queued' AND due <= $2 ORDER BY waited_for DESC, id LIMIT $3);

-- name: lease dialect: postgresql
UPDATE notice SET state = 'leased', lease = $1, attempts = attempts + 1, first_attempt_at = COALESCE(first_attempt_at, $2)
WHERE id IN (SELECT id FROM notice WHERE state = 'queued' AND due <= $2 ORDER BY waited_for DESC, id LIMIT $3
             FOR UPDATE SKIP LOCKED);

-- name: leased
SELECT n.id, n.kind, n.address_key, n.locale, n.message_id, n.attempts, n.created_at,
  COALESCE(c.email, ''), COALESCE(c.first_name, ''), COALESCE(c.last_name, '')
FROM notice n
LEFT JOIN ext_contact c ON c.id = (SELECT MAX(x.id) FROM ext_contact x WHERE x.address_key = n.address_key)
WHERE n.state = 'leased' AND n.lease = $1 ORDER BY n.waited_for DESC, n.id;

-- Only requests that still are of this mailbox.
-- name: leased_items
SELECT i.notice_id, r.id, r.sku
FROM notice n JOIN notice_item i ON i.notice_id = n.id JOIN ext_request r ON r.id = i.request_id
JOIN ext_contact c ON c.id = r.contact_id AND c.address_key = n.address_key
WHERE n.state = 'leased' AND n.lease = $1
  AND ((n.kind = 'confirmation' AND r.stage = 'pending') OR (n.kind = 'still_want_it' AND r.stage = 'waiting'))
ORDER BY i.notice_id, r.requested_at, r.id;

-- name: next_due
SELECT MIN(due) FROM notice WHERE state = 'queued';

-- name: is_wanted
SELECT 1 FROM notice n WHERE n.id = $1 AND EXISTS (
  SELECT 1 FROM ext_contact c WHERE c.address_key = n.address_key AND (n.kind = 'manage_link' OR EXISTS (
    SELECT 1 FROM notice_item i JOIN ext_request r ON r.id = i.request_id
    WHERE i.notice_id = n.id AND r.contact_id = c.id
      AND ((n.kind = 'confirmation' AND r.stage = 'pending') OR (n.kind = 'still_want_it' AND r.stage = 'waiting')))));

-- name: find_leased
SELECT id, attempts, first_attempt_at FROM notice WHERE id = $1 AND state = 'leased';

-- name: record_outcome
UPDATE notice SET state = $2, sent_at = $3, smtp_code = $4, detail = $5, due = $6, lease = 0 WHERE id = $1;

-- name: find_tracked
SELECT n.id, n.address_key,
  COALESCE((SELECT MAX(c.email) FROM ext_contact c WHERE c.address_key = n.address_key), ''),
  COALESCE((SELECT MIN(i.request_id) FROM notice_item i WHERE i.notice_id = n.id), 0)
FROM notice n WHERE n.id = $1;
