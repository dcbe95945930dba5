-- name: schema_1
-- state: queued, leased, sent, withdrawn, cancelled, refused, expired
CREATE TABLE message (
  id BIGINT PRIMARY KEY,
  restock_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  sku TEXT NOT NULL,
  state TEXT NOT NULL,
  waiting_since BIGINT NOT NULL,
  due BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  lease BIGINT NOT NULL DEFAULT 0,
  attempts BIGINT NOT NULL DEFAULT 0,
  first_attempt_at BIGINT,
  message_id TEXT NOT NULL,
  target_url TEXT NOT NULL DEFAULT '',
  sent_at BIGINT,
  smtp_code BIGINT NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT '',
  opened_at BIGINT,
  clicked_at BIGINT,
  UNIQUE (restock_id, request_id)
);
CREATE INDEX message_queue ON message (waiting_since, id) WHERE state = 'queued';
CREATE INDEX message_queue_sku ON message (sku) WHERE state = 'queued';
CREATE INDEX message_leased ON message (lease) WHERE state = 'leased';
CREATE INDEX message_request ON message (request_id);
CREATE UNIQUE INDEX message_sent_once ON message (request_id) WHERE state = 'sent';
CREATE TABLE suppression (
  address_key TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL
);

-- follow_up: 0 is the message of a restock; later ones of the same journey (reminders) count on. step: of its journey's
-- version. template: of web/messages.
-- name: schema_2
ALTER TABLE message RENAME TO message_before;
CREATE TABLE message (
  id BIGINT PRIMARY KEY,
  restock_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  sku TEXT NOT NULL,
  state TEXT NOT NULL,
  waiting_since BIGINT NOT NULL,
  due BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  lease BIGINT NOT NULL DEFAULT 0,
  attempts BIGINT NOT NULL DEFAULT 0,
  first_attempt_at BIGINT,
  message_id TEXT NOT NULL,
  target_url TEXT NOT NULL DEFAULT '',
  sent_at BIGINT,
  smtp_code BIGINT NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT '',
  opened_at BIGINT,
  clicked_at BIGINT,
  follow_up BIGINT NOT NULL DEFAULT 0,
  journey TEXT NOT NULL DEFAULT 'back-in-stock',
  step BIGINT NOT NULL DEFAULT 1,
  template TEXT NOT NULL DEFAULT 'back_in_stock',
  UNIQUE (request_id, restock_id, follow_up)
);
INSERT INTO message (id, restock_id, request_id, contact_id, sku, state, waiting_since, due, created_at, lease, attempts, first_attempt_at, message_id,
  target_url, sent_at, smtp_code, detail, opened_at, clicked_at)
SELECT id, restock_id, request_id, contact_id, sku, state, waiting_since, due, created_at, lease, attempts, first_attempt_at, message_id,
  target_url, sent_at, smtp_code, detail, opened_at, clicked_at FROM message_before;
DROP TABLE message_before;
CREATE INDEX message_queue ON message (waiting_since, id) WHERE state = 'queued';
CREATE INDEX message_queue_sku ON message (sku) WHERE state = 'queued';
CREATE INDEX message_leased ON message (lease) WHERE state = 'leased';
CREATE UNIQUE INDEX message_sent_once ON message (request_id, follow_up) WHERE state = 'sent';

-- class_order: as of the request when it was queued; whose message leaves first.
-- name: schema_3
ALTER TABLE message ADD COLUMN class_order BIGINT NOT NULL DEFAULT 100;
DROP INDEX message_queue;
CREATE INDEX message_queue ON message (class_order, waiting_since, id) WHERE state = 'queued';

-- name: queue_message
INSERT INTO message (id, restock_id, request_id, contact_id, sku, state, waiting_since, due, created_at, message_id, follow_up,
  journey, step, template, class_order)
VALUES ($1, $2, $3, $4, $5, 'queued', $6, $7, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (request_id, restock_id, follow_up) DO UPDATE SET state = 'queued', contact_id = excluded.contact_id,
  due = excluded.due, attempts = 0, first_attempt_at = NULL, journey = excluded.journey, step = excluded.step,
  template = excluded.template, class_order = excluded.class_order
WHERE message.state IN ('withdrawn', 'cancelled', 'refused', 'expired');

-- name: take_back_sku
UPDATE message SET state = 'withdrawn', detail = 'sold out before it left' WHERE sku = $1 AND state = 'queued'
RETURNING restock_id, request_id;

-- name: cancel_request
UPDATE message SET state = 'cancelled' WHERE request_id = $1 AND state = 'queued';

-- name: recover_leases
UPDATE message SET lease = 0, state = CASE WHEN EXISTS (
  SELECT 1 FROM journey_entry e WHERE e.restock_id = message.restock_id AND e.request_id = message.request_id
    AND e.state = 'active') AND EXISTS (SELECT 1 FROM ext_request r WHERE r.id = message.request_id
    AND (r.stage = 'entered' OR message.follow_up > 0)) THEN 'queued' ELSE 'cancelled' END
WHERE state = 'leased';

-- Those of a paused journey stay in the queue.
-- name: lease dialect: sqlite
UPDATE message SET state = 'leased', lease = $1, attempts = attempts + 1,
  first_attempt_at = COALESCE(first_attempt_at, $2)
WHERE id IN (SELECT id FROM message WHERE state = 'queued' AND due <= $2
             AND NOT EXISTS (SELECT 1 FROM journey p WHERE p.key = message.journey AND p.status = 'paused')
             ORDER BY class_order, waiting_since, id LIMIT $3);

-- name: lease dialect: postgresql
UPDATE message SET state = 'leased', lease = $1, attempts = attempts + 1,
  first_attempt_at = COALESCE(first_attempt_at, $2)
WHERE id IN (SELECT id FROM message WHERE state = 'queued' AND due <= $2
             AND NOT EXISTS (SELECT 1 FROM journey p WHERE p.key = message.journey AND p.status = 'paused')
             ORDER BY class_order, waiting_since, id LIMIT $3 FOR UPDATE SKIP LOCKED);

-- A request that moved to another contact is sent to that one.
-- name: leased
SELECT m.id, m.request_id, m.sku, m.message_id, m.waiting_since, m.attempts, COALESCE(c.email, ''),
  COALESCE(c.address_key, ''), COALESCE(c.first_name, ''), COALESCE(c.last_name, ''), COALESCE(r.locale, ''), m.template
FROM message m LEFT JOIN ext_request r ON r.id = m.request_id LEFT JOIN ext_contact c ON c.id = r.contact_id
WHERE m.state = 'leased' AND m.lease = $1
ORDER BY m.class_order, m.waiting_since, m.id;

-- name: set_target
UPDATE message SET target_url = $2 WHERE id = $1;

-- name: next_due
SELECT MIN(due) FROM message
WHERE state = 'queued' AND NOT EXISTS (SELECT 1 FROM journey p WHERE p.key = message.journey AND p.status = 'paused');

-- name: find_leased dialect: sqlite
SELECT id, restock_id, request_id, sku, attempts, first_attempt_at, contact_id, waiting_since, class_order FROM message
WHERE id IN (SELECT value FROM json_each($1)) AND state = 'leased';

-- name: find_leased dialect: postgresql
SELECT id, restock_id, request_id, sku, attempts, first_attempt_at, contact_id, waiting_since, class_order FROM message
WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS json))) AND state = 'leased';

-- name: withdraw
UPDATE message SET state = 'withdrawn', detail = $3 WHERE request_id = $1 AND restock_id = $2 AND state = 'queued';

-- name: record_outcome
UPDATE message SET state = $2, sent_at = $3, smtp_code = $4, detail = $5, due = $6, lease = 0 WHERE id = $1;

-- name: find_message
SELECT m.id, m.request_id, m.sku, m.state, m.target_url, m.opened_at, m.clicked_at,
  COALESCE(c.email, now.email, ''), COALESCE(c.address_key, now.address_key, ''), COALESCE(r.stage, 'closed'),
  (SELECT MIN(x.sent_at) FROM message x WHERE x.request_id = m.request_id AND x.restock_id = m.restock_id AND x.state = 'sent'),
  COALESCE(r.quantity, 1)
FROM message m LEFT JOIN ext_contact c ON c.id = m.contact_id LEFT JOIN ext_request r ON r.id = m.request_id
LEFT JOIN ext_contact now ON now.id = r.contact_id
WHERE m.id = $1;

-- name: mark_opened
UPDATE message SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL;

-- name: mark_clicked
UPDATE message SET clicked_at = $2 WHERE id = $1 AND clicked_at IS NULL;

-- A notice stands there with its first request and that one's SKU.
-- name: list_deliveries
SELECT * FROM (SELECT id, restock_id, request_id, sku, state, created_at, due, attempts, sent_at, smtp_code, detail, opened_at,
    clicked_at, message_id, 'back_in_stock' AS kind
  FROM message WHERE id < $1 AND ($2 = '' OR state = $2) AND ($3 = '' OR sku = $3) ORDER BY id DESC LIMIT $4) AS restocked
UNION ALL
SELECT * FROM (SELECT n.id, 0, COALESCE(r.id, 0), COALESCE(r.sku, ''), n.state, n.created_at, n.due, n.attempts, n.sent_at,
    n.smtp_code, n.detail, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), n.message_id, n.kind
  FROM notice n LEFT JOIN ext_request r
    ON r.id = (SELECT MIN(i.request_id) FROM notice_item i JOIN ext_request x ON x.id = i.request_id WHERE i.notice_id = n.id)
  WHERE n.id < $1 AND ($2 = '' OR n.state = $2) AND ($3 = '' OR r.sku = $3) ORDER BY n.id DESC LIMIT $4) AS noticed
ORDER BY 1 DESC LIMIT $4;

-- name: suppress
INSERT INTO suppression (address_key, reason, at) VALUES ($1, $2, $3) ON CONFLICT (address_key) DO NOTHING;

-- name: all_suppressions
SELECT address_key FROM suppression;
