-- What the CRM holds of an address: contacts with it, and those merged into one of them, with all that hangs on them.

-- name: create_indexes
CREATE INDEX submission_request ON submission (request);

-- name: contacts_of_address dialect: sqlite
WITH RECURSIVE found (contact) AS (
  SELECT f.id FROM contact f WHERE (f.email = $1 COLLATE NOCASE AND f.email_normalized = $1
  OR f.email_normalized = $1 AND f.email_normalized <> f.email COLLATE NOCASE)
  UNION
  SELECT m.id FROM contact m JOIN found ON m.master = found.contact)
SELECT id, site_group, email, email_normalized, first_name, last_name, name, title, phone, mobile_phone, mailing_street,
  mailing_city, mailing_state, mailing_postal_code, mailing_country, b2c_customer_id, b2c_customer_no, b2c_customer_list_id,
  email_opt_out, master, custom, created_at, modified_at, is_deleted
FROM contact WHERE id IN (SELECT contact FROM found) ORDER BY id;

-- name: contacts_of_address dialect: postgresql
WITH RECURSIVE found (contact) AS (
  SELECT f.id FROM contact f WHERE f.email_normalized = $1
  UNION
  SELECT m.id FROM contact m JOIN found ON m.master = found.contact)
SELECT id, site_group, email, email_normalized, first_name, last_name, name, title, phone, mobile_phone, mailing_street,
  mailing_city, mailing_state, mailing_postal_code, mailing_country, b2c_customer_id, b2c_customer_no, b2c_customer_list_id,
  email_opt_out, master, custom, created_at, modified_at, is_deleted
FROM contact WHERE id IN (SELECT contact FROM found) ORDER BY id;

-- name: requests_of_contact
SELECT id, contact, request_key, sku, site, locale, quantity, status, status_reason, requested_at, asked_at,
  queued_at, sent_at, opened_at, clicked_at, custom, created_at, modified_at, is_deleted
FROM back_in_stock WHERE contact = $1 ORDER BY id;

-- name: events_of_request
SELECT request, happened_at, status, reason, source FROM request_event WHERE request = $1 ORDER BY id;

-- name: submissions_of_request
SELECT request_key, request, contact, consent_text_version, consent_given_at, consent_page_url, received_at
FROM submission WHERE request = $1 ORDER BY received_at, request_key;

-- name: purchases_of_contact
SELECT order_id, sku, site, quantity, bought_at, received_at FROM purchase WHERE contact = $1 ORDER BY bought_at, order_id;

-- name: erase_purchases
DELETE FROM purchase WHERE contact = $1;

-- name: erase_events
DELETE FROM request_event WHERE request = $1;

-- name: erase_submissions
DELETE FROM submission WHERE request = $1;

-- name: erase_request
DELETE FROM back_in_stock WHERE id = $1;

-- name: erase_identities
DELETE FROM contact_identity WHERE contact = $1;

-- name: erase_identity
DELETE FROM contact_identity WHERE email_normalized = $1;

-- name: erase_contact
DELETE FROM contact WHERE id = $1;

-- Unique custom values (crm/records).
-- name: erase_external_values
DELETE FROM external_value WHERE object = $1 AND row_id = $2;

-- Open results of queries that name an address (crm/soql): a client that reads on starts its query again.
-- name: erase_query_pages
DELETE FROM soql_cursor_page WHERE cursor_id IN (SELECT id FROM soql_cursor WHERE query LIKE '%@%');

-- name: erase_queries
DELETE FROM soql_cursor WHERE query LIKE '%@%';

-- name: leave_tombstone
INSERT INTO record_tombstone (object, id, deleted_at) VALUES ($1, $2, $3) ON CONFLICT (object, id) DO NOTHING;

-- name: addresses
SELECT email_normalized FROM contact WHERE email_normalized <> ''
UNION
SELECT email_normalized FROM contact_identity;
