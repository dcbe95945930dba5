-- What shoppers decide about their own requests, and what becomes of requests nobody decides about. A request is of a
-- mailbox when its contact has that address now.

-- name: create_indexes
CREATE INDEX ext_request_unasked ON ext_request (asked_at) WHERE stage = 'pending' AND noticed_at < asked_at;
CREATE INDEX catalog_item_master ON catalog_item (master_id);

-- name: items_of_notice
SELECT r.id, r.sku, r.locale, r.stage, r.status, r.requested_at,
  CASE WHEN EXISTS (SELECT 1 FROM message m WHERE m.request_id = r.id AND m.state = 'sent') THEN 1 ELSE 0 END,
  COALESCE(k.name, ''), COALESCE(k.variant_text, ''), COALESCE(k.image_link, ''), COALESCE(k.link, ''), COALESCE(k.master_id, '')
FROM notice n JOIN notice_item i ON i.notice_id = n.id JOIN ext_request r ON r.id = i.request_id
JOIN ext_contact c ON c.id = r.contact_id AND c.address_key = n.address_key
LEFT JOIN catalog_item k ON k.sku = r.sku
WHERE n.id = $1 ORDER BY r.requested_at, r.id;

-- Open ones first, the newest before the others.
-- name: items_of_mailbox
SELECT r.id, r.sku, r.locale, r.stage, r.status, r.requested_at,
  CASE WHEN EXISTS (SELECT 1 FROM message m WHERE m.request_id = r.id AND m.state = 'sent') THEN 1 ELSE 0 END,
  COALESCE(k.name, ''), COALESCE(k.variant_text, ''), COALESCE(k.image_link, ''), COALESCE(k.link, ''), COALESCE(k.master_id, '')
FROM ext_contact c JOIN ext_request r ON r.contact_id = c.id LEFT JOIN catalog_item k ON k.sku = r.sku
WHERE c.address_key = $1
ORDER BY CASE WHEN r.stage = 'closed' THEN 1 ELSE 0 END, r.requested_at DESC, r.id DESC LIMIT $2;

-- name: variants_of
SELECT sku, variant_text FROM catalog_item WHERE master_id = $1 ORDER BY sku LIMIT 200;

-- name: find_notice
SELECT address_key, kind, locale FROM notice WHERE id = $1;

-- name: find_mailbox
SELECT email FROM ext_contact WHERE address_key = $1 ORDER BY id DESC LIMIT 1;

-- name: find_request
SELECT r.sku, r.stage, r.contact_id, r.site FROM ext_request r JOIN ext_contact c ON c.id = r.contact_id
WHERE r.id = $1 AND c.address_key = $2;

-- name: find_rival
SELECT id FROM ext_request WHERE contact_id = $1 AND sku = $2 AND site = $3 AND stage <> 'closed' AND id <> $4 LIMIT 1;

-- name: same_product
SELECT 1 FROM catalog_item a JOIN catalog_item b ON b.master_id = a.master_id
WHERE a.sku = $1 AND b.sku = $2 AND a.master_id <> '';

-- name: change_sku
UPDATE ext_request SET sku = $2, stage = $3 WHERE id = $1;

-- name: leave_stage
UPDATE ext_request SET stage = $3 WHERE id = $1 AND stage = $2;

-- name: keep_request
UPDATE ext_request SET asked_at = $2 WHERE id = $1 AND stage = 'waiting';

-- name: allow
DELETE FROM suppression WHERE address_key = $1 AND reason = 'unsubscribed';

-- name: find_suppression
SELECT reason FROM suppression WHERE address_key = $1;

-- Mailboxes with requests to confirm, but those that were written to a moment ago, and those that had their messages of
-- the past day ($3): their requests wait until there is room.
-- name: mailboxes_to_ask
SELECT c.address_key, MIN(r.asked_at) FROM ext_request r JOIN ext_contact c ON c.id = r.contact_id
WHERE r.stage = 'pending' AND r.noticed_at < r.asked_at AND c.address_key <> ''
  AND NOT EXISTS (SELECT 1 FROM notice n
                  WHERE n.address_key = c.address_key AND n.kind = 'confirmation' AND n.created_at > $1)
  AND (SELECT COUNT(*) FROM notice n
       WHERE n.address_key = c.address_key AND n.kind = 'confirmation' AND n.created_at > $3) < $4
GROUP BY c.address_key ORDER BY 2 LIMIT $2;

-- name: pending_of_mailbox
SELECT r.id, r.locale FROM ext_contact c JOIN ext_request r ON r.contact_id = c.id
WHERE c.address_key = $1 AND r.stage = 'pending' ORDER BY r.asked_at DESC, r.id DESC LIMIT 200;

-- name: note_asked
UPDATE ext_request SET noticed_at = CASE WHEN asked_at > $2 THEN asked_at ELSE $2 END WHERE id = $1;

-- name: unconfirmed
SELECT id FROM ext_request WHERE stage = 'pending' AND asked_at < $1 AND noticed_at < $1 ORDER BY asked_at LIMIT $2;

-- $1: asked before this they expire soon. $2: the time between the asking and the reminder.
-- name: to_remind
SELECT r.id, COALESCE(c.address_key, '') FROM ext_request r LEFT JOIN ext_contact c ON c.id = r.contact_id
WHERE r.stage = 'waiting' AND r.asked_at < $1 AND r.noticed_at < r.asked_at + $2 ORDER BY r.asked_at LIMIT $3;

-- Those of a mailbox whose time comes soon after go into the same message.
-- name: to_remind_with
SELECT r.id, r.locale FROM ext_contact c JOIN ext_request r ON r.contact_id = c.id
WHERE c.address_key = $1 AND r.stage = 'waiting' AND r.asked_at < $2 AND r.noticed_at < r.asked_at + $3
ORDER BY r.asked_at, r.id LIMIT 200;

-- name: note_reminded
UPDATE ext_request SET noticed_at = CASE WHEN asked_at + $3 > $2 THEN asked_at + $3 ELSE $2 END WHERE id = $1;

-- name: expired
SELECT id FROM ext_request WHERE stage = 'waiting' AND asked_at < $1
  AND ($2 = 0 OR (noticed_at >= asked_at + $3 AND noticed_at < $4)) ORDER BY asked_at LIMIT $5;
