-- What Engagement holds of an address. Suppression keeps its digest, so that who unsubscribed is not messaged again.

-- name: contacts_of_address
SELECT id, email, first_name, last_name, phone, class_name FROM ext_contact WHERE address_key = $1 ORDER BY id;

-- name: requests_of_address
SELECT r.id, r.contact_id, r.sku, r.site, r.locale, r.quantity, r.status, r.stage, r.requested_at, r.synchronized_at, r.asked_at, r.class_name
FROM ext_request r JOIN ext_contact c ON c.id = r.contact_id
WHERE c.address_key = $1 ORDER BY r.id;

-- name: messages_of_request
SELECT id, restock_id, request_id, sku, state, message_id, target_url, created_at, attempts, sent_at, smtp_code, detail,
  opened_at, clicked_at
FROM message WHERE request_id = $1 ORDER BY id;

-- name: entries_of_request
SELECT e.restock_id, e.request_id, e.journey, e.version, e.step, e.state, e.entered_at, e.changed_at, i.wave
FROM journey_entry e LEFT JOIN invitation i ON i.restock_id = e.restock_id AND i.request_id = e.request_id
WHERE e.request_id = $1 ORDER BY e.id;

-- name: suppression_of_address
SELECT reason, at FROM suppression WHERE address_key = $1;

-- name: erase_messages
DELETE FROM message WHERE request_id = $1;

-- name: erase_entries
DELETE FROM journey_entry WHERE request_id = $1;

-- name: erase_waits
DELETE FROM journey_wait WHERE request_id = $1;

-- name: erase_webhooks
DELETE FROM journey_webhook WHERE request_id = $1;

-- name: erase_invitations
DELETE FROM invitation WHERE request_id = $1;

-- name: erase_status_updates
DELETE FROM status_update WHERE request_id = $1;

-- name: erase_request
DELETE FROM ext_request WHERE id = $1;

-- name: erase_contacts
DELETE FROM ext_contact WHERE address_key = $1;

-- name: addresses
SELECT DISTINCT email FROM ext_contact;

-- Messages about the requests themselves, by the mailbox they went to.
-- name: notices_of_address
SELECT id, kind, state, message_id, locale, created_at, attempts, sent_at, smtp_code, detail FROM notice
WHERE address_key = $1 ORDER BY id;

-- name: erase_notice_items
DELETE FROM notice_item WHERE notice_id IN (SELECT id FROM notice WHERE address_key = $1);

-- name: erase_items_of_request
DELETE FROM notice_item WHERE request_id = $1;

-- name: erase_notices
DELETE FROM notice WHERE address_key = $1;

-- A query that has read and not written yet may hold what is erased: it begins again.
-- name: begin_queries_again
UPDATE query_activity SET started_at = NULL WHERE state = 'running';
