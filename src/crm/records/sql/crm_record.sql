-- What the CRM's records need beside their rows: who wrote them, unique custom values, the address a contact answers to.

-- name: create_external_value
CREATE TABLE external_value (
  object TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  row_id BIGINT NOT NULL,
  PRIMARY KEY (object, field, value)
);
CREATE INDEX external_value_row ON external_value (object, row_id);

-- name: find_external_value
SELECT row_id FROM external_value WHERE object = $1 AND field = $2 AND value = $3;

-- name: save_external_value
INSERT INTO external_value (object, field, value, row_id) VALUES ($1, $2, $3, $4);

-- name: drop_external_value
DELETE FROM external_value WHERE object = $1 AND field = $2 AND row_id = $3;

-- name: drop_external_values
DELETE FROM external_value WHERE object = $1 AND row_id = $2;

-- name: find_by_customer_id dialect: sqlite
SELECT id FROM contact WHERE b2c_customer_id = $1 COLLATE NOCASE AND b2c_customer_id <> '' AND is_deleted = 0;

-- name: find_by_customer_id dialect: postgresql
SELECT id FROM contact WHERE lower(b2c_customer_id) = lower($1) AND b2c_customer_id <> '' AND is_deleted = 0;

-- name: find_by_request_key
SELECT id FROM back_in_stock WHERE request_key = $1 AND is_deleted = 0;

-- The key of a request that is deleted may be used again.
-- name: free_request_key
UPDATE back_in_stock SET request_key = 'deleted ' || CAST(id AS TEXT) || ' ' || request_key WHERE id = $1;

-- name: find_open_request
SELECT id FROM back_in_stock
WHERE contact = $1 AND sku = $2 AND site = $3 AND status IN ('Pending', 'Requested', 'Queued') AND is_deleted = 0;

-- name: requests_of_contact
SELECT id FROM back_in_stock WHERE contact = $1 AND is_deleted = 0;

-- name: contact_of_account
SELECT id, name FROM contact WHERE account = $1 AND is_deleted = 0 LIMIT 1;

-- name: save_user
INSERT INTO crm_user (id, username, name, created_at, created_by, modified_at, modified_by, system_modstamp)
VALUES ($1, $2, $2, $3, $1, $3, $1, $3)
ON CONFLICT (id) DO NOTHING;

-- name: save_organization
INSERT INTO organization (id, name, created_at, created_by, modified_at, modified_by, system_modstamp)
VALUES ($1, $2, $3, $4, $3, $4, $3)
ON CONFLICT (id) DO NOTHING;

-- What is deleted is few among many, and asked for by its time.
-- name: create_deleted_indexes
CREATE INDEX contact_deleted ON contact (deleted_at, id) WHERE is_deleted = 1;
CREATE INDEX back_in_stock_deleted ON back_in_stock (deleted_at, id) WHERE is_deleted = 1;
CREATE INDEX account_deleted ON account (deleted_at, id) WHERE is_deleted = 1;
CREATE INDEX record_tombstone_deleted ON record_tombstone (deleted_at);

-- Rows deleted before $1 go for good, at most 1,000 of an object at a time, and leave their ids behind. A contact goes after its
-- requests, and after the time in which a merge can be undone. The tombstones themselves are kept 15 days longer than anybody may ask for.
-- A row goes only when its tombstone is there: another process may have swept since.
-- name: mourn_requests
INSERT INTO record_tombstone (object, id, deleted_at)
SELECT 'Back_In_Stock__c', id, deleted_at FROM back_in_stock WHERE is_deleted = 1 AND deleted_at < $1
ORDER BY deleted_at, id LIMIT 1000
ON CONFLICT (object, id) DO NOTHING;

-- name: sweep_events
DELETE FROM request_event WHERE request IN (
  SELECT id FROM back_in_stock WHERE is_deleted = 1 AND deleted_at < $1 ORDER BY deleted_at, id LIMIT 1000)
  AND EXISTS (SELECT 1 FROM record_tombstone t WHERE t.object = 'Back_In_Stock__c' AND t.id = request_event.request);

-- name: sweep_submissions
DELETE FROM submission WHERE request IN (
  SELECT id FROM back_in_stock WHERE is_deleted = 1 AND deleted_at < $1 ORDER BY deleted_at, id LIMIT 1000)
  AND EXISTS (SELECT 1 FROM record_tombstone t WHERE t.object = 'Back_In_Stock__c' AND t.id = submission.request);

-- name: sweep_requests
DELETE FROM back_in_stock WHERE id IN (
  SELECT id FROM back_in_stock WHERE is_deleted = 1 AND deleted_at < $1 ORDER BY deleted_at, id LIMIT 1000)
  AND EXISTS (SELECT 1 FROM record_tombstone t WHERE t.object = 'Back_In_Stock__c' AND t.id = back_in_stock.id);

-- name: mourn_contacts
INSERT INTO record_tombstone (object, id, deleted_at)
SELECT 'Contact', id, deleted_at FROM contact c WHERE is_deleted = 1 AND deleted_at < $1
  AND (master IS NULL OR deleted_at < CAST($1 AS BIGINT) - 1382400000)
  AND NOT EXISTS (SELECT 1 FROM back_in_stock b WHERE b.contact = c.id) ORDER BY deleted_at, id LIMIT 1000
ON CONFLICT (object, id) DO NOTHING;

-- name: sweep_contacts
DELETE FROM contact WHERE id IN (
  SELECT id FROM contact c WHERE is_deleted = 1 AND deleted_at < $1
    AND (master IS NULL OR deleted_at < CAST($1 AS BIGINT) - 1382400000)
    AND NOT EXISTS (SELECT 1 FROM back_in_stock b WHERE b.contact = c.id) ORDER BY deleted_at, id LIMIT 1000)
  AND EXISTS (SELECT 1 FROM record_tombstone t WHERE t.object = 'Contact' AND t.id = contact.id);

-- name: mourn_accounts
INSERT INTO record_tombstone (object, id, deleted_at)
SELECT 'Account', id, deleted_at FROM account WHERE is_deleted = 1 AND deleted_at < $1
ORDER BY deleted_at, id LIMIT 1000
ON CONFLICT (object, id) DO NOTHING;

-- name: sweep_accounts
DELETE FROM account WHERE id IN (
  SELECT id FROM account WHERE is_deleted = 1 AND deleted_at < $1 ORDER BY deleted_at, id LIMIT 1000)
  AND EXISTS (SELECT 1 FROM record_tombstone t WHERE t.object = 'Account' AND t.id = account.id);

-- name: sweep_tombstones
DELETE FROM record_tombstone WHERE (object, id) IN (
  SELECT object, id FROM record_tombstone WHERE deleted_at < CAST($1 AS BIGINT) - 1296000000
  ORDER BY deleted_at LIMIT 1000);
