-- What people read: lists, timelines, demand and the funnel. The lists share their columns (RequestRow).

-- name: get_request
SELECT r.id, r.status, r.queued_at, r.sent_at, r.opened_at, r.clicked_at, r.update_sequence,
       r.sku, r.site, r.locale, r.quantity, r.requested_at, r.contact,
       c.email, c.first_name, c.last_name,
       s.consent_text_version, s.consent_given_at, s.consent_page_url
FROM back_in_stock r JOIN contact c ON c.id = r.contact LEFT JOIN submission s ON s.request_key = r.request_key
WHERE r.id = $1 AND r.is_deleted = 0;

-- name: list_requests
SELECT r.id, r.status, r.queued_at, r.sent_at, r.opened_at, r.clicked_at, r.update_sequence,
       r.sku, r.site, r.locale, r.quantity, r.requested_at, r.contact,
       c.email, c.first_name, c.last_name,
       s.consent_text_version, s.consent_given_at, s.consent_page_url
FROM back_in_stock r JOIN contact c ON c.id = r.contact LEFT JOIN submission s ON s.request_key = r.request_key
WHERE r.id < $1 AND r.is_deleted = 0
ORDER BY r.id DESC LIMIT $2;

-- name: list_by_status
SELECT r.id, r.status, r.queued_at, r.sent_at, r.opened_at, r.clicked_at, r.update_sequence,
       r.sku, r.site, r.locale, r.quantity, r.requested_at, r.contact,
       c.email, c.first_name, c.last_name,
       s.consent_text_version, s.consent_given_at, s.consent_page_url
FROM back_in_stock r JOIN contact c ON c.id = r.contact LEFT JOIN submission s ON s.request_key = r.request_key
WHERE r.status = $1 AND r.id < $2 AND r.is_deleted = 0
ORDER BY r.id DESC LIMIT $3;

-- name: list_by_sku
SELECT r.id, r.status, r.queued_at, r.sent_at, r.opened_at, r.clicked_at, r.update_sequence,
       r.sku, r.site, r.locale, r.quantity, r.requested_at, r.contact,
       c.email, c.first_name, c.last_name,
       s.consent_text_version, s.consent_given_at, s.consent_page_url
FROM back_in_stock r JOIN contact c ON c.id = r.contact LEFT JOIN submission s ON s.request_key = r.request_key
WHERE r.sku = $1 AND r.id < $2 AND r.is_deleted = 0 AND (CAST($3 AS TEXT) = '' OR r.status = $3)
ORDER BY r.id DESC LIMIT $4;

-- Of the contacts with this address, and of those they were merged into.
-- name: list_by_email dialect: sqlite
SELECT r.id, r.status, r.queued_at, r.sent_at, r.opened_at, r.clicked_at, r.update_sequence,
       r.sku, r.site, r.locale, r.quantity, r.requested_at, r.contact,
       c.email, c.first_name, c.last_name,
       s.consent_text_version, s.consent_given_at, s.consent_page_url
FROM back_in_stock r JOIN contact c ON c.id = r.contact LEFT JOIN submission s ON s.request_key = r.request_key
WHERE r.contact IN (
    SELECT a.id FROM contact a WHERE (a.email = $1 COLLATE NOCASE AND a.email_normalized = $1
  OR a.email_normalized = $1 AND a.email_normalized <> a.email COLLATE NOCASE)
    UNION SELECT a.master FROM contact a WHERE (a.email = $1 COLLATE NOCASE AND a.email_normalized = $1
  OR a.email_normalized = $1 AND a.email_normalized <> a.email COLLATE NOCASE) AND a.master IS NOT NULL
    UNION SELECT b.master FROM contact a JOIN contact b ON b.id = a.master
          WHERE (a.email = $1 COLLATE NOCASE AND a.email_normalized = $1
  OR a.email_normalized = $1 AND a.email_normalized <> a.email COLLATE NOCASE) AND b.master IS NOT NULL)
  AND r.id < $2 AND r.is_deleted = 0 AND (CAST($3 AS TEXT) = '' OR r.sku = $3)
  AND (CAST($4 AS TEXT) = '' OR r.status = $4)
ORDER BY r.id DESC LIMIT $5;

-- name: list_by_email dialect: postgresql
SELECT r.id, r.status, r.queued_at, r.sent_at, r.opened_at, r.clicked_at, r.update_sequence,
       r.sku, r.site, r.locale, r.quantity, r.requested_at, r.contact,
       c.email, c.first_name, c.last_name,
       s.consent_text_version, s.consent_given_at, s.consent_page_url
FROM back_in_stock r JOIN contact c ON c.id = r.contact LEFT JOIN submission s ON s.request_key = r.request_key
WHERE r.contact IN (
    SELECT a.id FROM contact a WHERE a.email_normalized = $1
    UNION SELECT a.master FROM contact a WHERE a.email_normalized = $1 AND a.master IS NOT NULL
    UNION SELECT b.master FROM contact a JOIN contact b ON b.id = a.master
          WHERE a.email_normalized = $1 AND b.master IS NOT NULL)
  AND r.id < $2 AND r.is_deleted = 0 AND (CAST($3 AS TEXT) = '' OR r.sku = $3)
  AND (CAST($4 AS TEXT) = '' OR r.status = $4)
ORDER BY r.id DESC LIMIT $5;

-- name: timeline
SELECT happened_at, status, reason, source FROM request_event WHERE request = $1 ORDER BY id;

-- name: demand
SELECT sku, COUNT(*), MIN(requested_at) FROM back_in_stock
WHERE status IN ('Requested', 'Queued') AND is_deleted = 0
GROUP BY sku ORDER BY COUNT(*) DESC, sku LIMIT $1;

-- name: funnel_totals
SELECT status, COUNT(*) FROM back_in_stock WHERE requested_at >= $1 AND requested_at < $2 GROUP BY status;

-- name: requested_by_day
SELECT requested_at / 86400000, COUNT(*) FROM back_in_stock
WHERE requested_at >= $1 AND requested_at < $2 GROUP BY 1;

-- name: sent_by_day
SELECT sent_at / 86400000, COUNT(*) FROM back_in_stock
WHERE sent_at >= $1 AND sent_at < $2 GROUP BY 1;

-- name: opened_by_day
SELECT opened_at / 86400000, COUNT(*) FROM back_in_stock
WHERE opened_at >= $1 AND opened_at < $2 GROUP BY 1;

-- name: clicked_by_day
SELECT clicked_at / 86400000, COUNT(*) FROM back_in_stock
WHERE clicked_at >= $1 AND clicked_at < $2 GROUP BY 1;
