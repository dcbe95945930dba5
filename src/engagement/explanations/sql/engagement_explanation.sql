-- What is asked when one request is explained; a row or a few each, by index.

-- name: find_request
SELECT r.sku, r.site, r.stage, r.requested_at, c.address_key FROM ext_request r LEFT JOIN ext_contact c ON c.id = r.contact_id
WHERE r.id = $1;

-- Of its SKU, newest first: the open one, and those that closed while it was open.
-- name: open_restock
SELECT id, quantity, source, opened_at, closed_at, entered FROM restock WHERE sku = $1 AND closed_at IS NULL;

-- name: closed_restocks
SELECT id, quantity, source, opened_at, closed_at, entered FROM restock
WHERE sku = $1 AND closed_at IS NOT NULL AND closed_at >= $2 AND opened_at <= $3 ORDER BY opened_at DESC LIMIT 6;

-- name: entries
SELECT e.restock_id, e.journey, e.version, e.step, e.state, e.entered_at, e.changed_at, w.reason, w.due
FROM journey_entry e LEFT JOIN journey_wait w ON w.request_id = e.request_id AND w.restock_id = e.restock_id
WHERE e.request_id = $1 ORDER BY e.restock_id DESC LIMIT 20;

-- name: messages
SELECT restock_id, state, detail, due, attempts, sent_at, smtp_code, follow_up FROM message
WHERE request_id = $1 ORDER BY restock_id DESC, follow_up DESC LIMIT 20;

-- name: holds
SELECT since, units, reason, wanted, due, ended_at, outcome FROM restock_hold
WHERE sku = $1 AND ended_at IS NOT NULL AND outcome = 'sold_out' AND ended_at >= $2 AND decided_at <= $3 ORDER BY id DESC LIMIT 5;

-- name: waves_of
SELECT COUNT(*), COALESCE(SUM(invited), 0), MAX(number) FROM allocation_wave WHERE restock_id = $1;

-- name: asked_before
SELECT COUNT(*) FROM (SELECT 1 AS one FROM ext_request r WHERE r.sku = $1 AND r.stage = 'waiting'
  AND (r.requested_at < $2 OR r.requested_at = $2 AND r.id < $3) LIMIT 10001) AS before_it;

-- name: waiting_now
SELECT COUNT(*) FROM (SELECT 1 AS one FROM ext_request r WHERE r.sku = $1 AND r.stage = 'waiting' LIMIT 10001) AS all_of_them;

-- name: open_units
SELECT CAST(COALESCE(SUM(units), 0) AS BIGINT) FROM invitation WHERE sku = $1 AND ended_at IS NULL;

-- name: held_feeds
SELECT f.name, f.reason, f.arrived_at, p.quantity FROM feed_import f LEFT JOIN feed_import_preview p ON p.import_id = f.id AND p.sku = $1
WHERE f.state = 'held' ORDER BY f.id DESC LIMIT 3;
