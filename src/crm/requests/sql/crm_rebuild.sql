-- Gives contact and back_in_stock the columns of their objects (crm/objects), and takes the unique address from contact: a person
-- may have been let in twice; contact_identity says which contact an address means. SQLite can do that only by new tables.

-- name: rebuild dialect: sqlite
CREATE TABLE contact_new (
  id BIGINT PRIMARY KEY,
  site_group TEXT NOT NULL,
  account BIGINT,
  email TEXT NOT NULL DEFAULT '',
  email_normalized TEXT NOT NULL DEFAULT '',
  first_name TEXT NOT NULL DEFAULT '',
  last_name TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  mobile_phone TEXT NOT NULL DEFAULT '',
  mailing_street TEXT NOT NULL DEFAULT '',
  mailing_city TEXT NOT NULL DEFAULT '',
  mailing_state TEXT NOT NULL DEFAULT '',
  mailing_postal_code TEXT NOT NULL DEFAULT '',
  mailing_country TEXT NOT NULL DEFAULT '',
  b2c_customer_id TEXT NOT NULL DEFAULT '',
  b2c_customer_no TEXT NOT NULL DEFAULT '',
  b2c_customer_list_id TEXT NOT NULL DEFAULT '',
  email_opt_out BIGINT NOT NULL DEFAULT 0,
  master BIGINT,
  custom TEXT NOT NULL DEFAULT '{}',
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL DEFAULT 0,
  modified_at BIGINT NOT NULL,
  modified_by BIGINT NOT NULL DEFAULT 0,
  system_modstamp BIGINT NOT NULL,
  is_deleted BIGINT NOT NULL DEFAULT 0,
  deleted_at BIGINT
);
INSERT INTO contact_new (id, site_group, email, email_normalized, first_name, last_name, name, phone,
                         created_at, modified_at, system_modstamp)
SELECT id, site_group, email, email_normalized, first_name, last_name,
       TRIM(first_name || ' ' || last_name), phone, created_at, created_at, created_at FROM contact;
INSERT INTO contact_identity (site_group, email_normalized, contact)
SELECT site_group, email_normalized, id FROM contact;
CREATE TABLE back_in_stock_new (
  id BIGINT PRIMARY KEY,
  request_key TEXT NOT NULL UNIQUE,
  contact BIGINT NOT NULL REFERENCES contact_new (id),
  sku TEXT NOT NULL,
  site TEXT NOT NULL,
  locale TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  status TEXT NOT NULL,
  status_at BIGINT NOT NULL,
  status_reason TEXT NOT NULL DEFAULT '',
  requested_at BIGINT NOT NULL,
  queued_at BIGINT,
  sent_at BIGINT,
  opened_at BIGINT,
  clicked_at BIGINT,
  update_sequence BIGINT NOT NULL DEFAULT 0,
  custom TEXT NOT NULL DEFAULT '{}',
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL DEFAULT 0,
  modified_at BIGINT NOT NULL,
  modified_by BIGINT NOT NULL DEFAULT 0,
  system_modstamp BIGINT NOT NULL,
  is_deleted BIGINT NOT NULL DEFAULT 0,
  deleted_at BIGINT
);
INSERT INTO back_in_stock_new (id, request_key, contact, sku, site, locale, quantity, status, status_at, requested_at, queued_at,
                               sent_at, opened_at, clicked_at, update_sequence, created_at, modified_at, system_modstamp)
SELECT id, request_key, contact, sku, site, locale, quantity, status,
       COALESCE(clicked_at, opened_at, sent_at, queued_at, requested_at), requested_at, queued_at, sent_at, opened_at,
       clicked_at, update_sequence, requested_at,
       COALESCE(clicked_at, opened_at, sent_at, queued_at, requested_at),
       COALESCE(clicked_at, opened_at, sent_at, queued_at, requested_at) FROM back_in_stock;
CREATE TABLE request_event_new (
  id BIGINT PRIMARY KEY,
  request BIGINT NOT NULL REFERENCES back_in_stock_new (id),
  happened_at BIGINT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  source TEXT NOT NULL,
  update_sequence BIGINT,
  UNIQUE (request, update_sequence)
);
INSERT INTO request_event_new SELECT id, request, happened_at, status, reason, source, update_sequence FROM request_event;
DROP TABLE request_event;
DROP TABLE back_in_stock;
DROP TABLE contact;
ALTER TABLE contact_new RENAME TO contact;
ALTER TABLE back_in_stock_new RENAME TO back_in_stock;
ALTER TABLE request_event_new RENAME TO request_event;
CREATE UNIQUE INDEX back_in_stock_open ON back_in_stock (contact, sku, site)
  WHERE status IN ('Pending', 'Requested', 'Queued') AND is_deleted = 0;
CREATE INDEX back_in_stock_waiting ON back_in_stock (sku, requested_at)
  WHERE status IN ('Requested', 'Queued') AND is_deleted = 0;
CREATE INDEX back_in_stock_contact ON back_in_stock (contact, id);
CREATE INDEX back_in_stock_sku ON back_in_stock (sku, id);
CREATE INDEX back_in_stock_status ON back_in_stock (status, id);
CREATE INDEX back_in_stock_requested_at ON back_in_stock (requested_at);
CREATE INDEX back_in_stock_sent_at ON back_in_stock (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX back_in_stock_opened_at ON back_in_stock (opened_at) WHERE opened_at IS NOT NULL;
CREATE INDEX back_in_stock_clicked_at ON back_in_stock (clicked_at) WHERE clicked_at IS NOT NULL;
CREATE INDEX back_in_stock_modstamp ON back_in_stock (system_modstamp);
CREATE INDEX contact_email ON contact (email COLLATE NOCASE);
CREATE INDEX contact_email_normalized ON contact (email_normalized);
CREATE INDEX contact_account ON contact (account) WHERE account IS NOT NULL;
CREATE INDEX contact_master ON contact (master) WHERE master IS NOT NULL;
CREATE UNIQUE INDEX contact_b2c_customer_id ON contact (b2c_customer_id COLLATE NOCASE) WHERE b2c_customer_id <> '' AND is_deleted = 0;
CREATE INDEX contact_b2c_customer_no ON contact (b2c_customer_no COLLATE NOCASE) WHERE b2c_customer_no <> '';
CREATE INDEX contact_modstamp ON contact (system_modstamp);

-- name: rebuild dialect: postgresql
ALTER TABLE contact DROP CONSTRAINT contact_site_group_email_normalized_key;
ALTER TABLE contact
  ADD COLUMN account BIGINT,
  ADD COLUMN name TEXT NOT NULL DEFAULT '',
  ADD COLUMN title TEXT NOT NULL DEFAULT '',
  ADD COLUMN mobile_phone TEXT NOT NULL DEFAULT '',
  ADD COLUMN mailing_street TEXT NOT NULL DEFAULT '',
  ADD COLUMN mailing_city TEXT NOT NULL DEFAULT '',
  ADD COLUMN mailing_state TEXT NOT NULL DEFAULT '',
  ADD COLUMN mailing_postal_code TEXT NOT NULL DEFAULT '',
  ADD COLUMN mailing_country TEXT NOT NULL DEFAULT '',
  ADD COLUMN b2c_customer_id TEXT NOT NULL DEFAULT '',
  ADD COLUMN b2c_customer_no TEXT NOT NULL DEFAULT '',
  ADD COLUMN b2c_customer_list_id TEXT NOT NULL DEFAULT '',
  ADD COLUMN email_opt_out BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN master BIGINT,
  ADD COLUMN custom TEXT NOT NULL DEFAULT '{}',
  ADD COLUMN created_by BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN modified_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN modified_by BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN system_modstamp BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN is_deleted BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN deleted_at BIGINT,
  ALTER COLUMN email SET DEFAULT '',
  ALTER COLUMN email_normalized SET DEFAULT '',
  ALTER COLUMN first_name SET DEFAULT '',
  ALTER COLUMN phone SET DEFAULT '';
UPDATE contact SET name = TRIM(first_name || ' ' || last_name), modified_at = created_at, system_modstamp = created_at;
INSERT INTO contact_identity (site_group, email_normalized, contact)
SELECT site_group, email_normalized, id FROM contact;
ALTER TABLE back_in_stock
  ADD COLUMN status_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN status_reason TEXT NOT NULL DEFAULT '',
  ADD COLUMN custom TEXT NOT NULL DEFAULT '{}',
  ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN created_by BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN modified_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN modified_by BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN system_modstamp BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN is_deleted BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN deleted_at BIGINT;
UPDATE back_in_stock SET created_at = requested_at,
  status_at = COALESCE(clicked_at, opened_at, sent_at, queued_at, requested_at),
  modified_at = COALESCE(clicked_at, opened_at, sent_at, queued_at, requested_at),
  system_modstamp = COALESCE(clicked_at, opened_at, sent_at, queued_at, requested_at);
DROP INDEX back_in_stock_open;
DROP INDEX back_in_stock_waiting;
CREATE UNIQUE INDEX back_in_stock_open ON back_in_stock (contact, sku, site)
  WHERE status IN ('Pending', 'Requested', 'Queued') AND is_deleted = 0;
CREATE INDEX back_in_stock_waiting ON back_in_stock (sku, requested_at)
  WHERE status IN ('Requested', 'Queued') AND is_deleted = 0;
CREATE INDEX back_in_stock_modstamp ON back_in_stock (system_modstamp);
CREATE INDEX contact_email ON contact (lower(email));
CREATE INDEX contact_email_normalized ON contact (email_normalized);
CREATE INDEX contact_account ON contact (account) WHERE account IS NOT NULL;
CREATE INDEX contact_master ON contact (master) WHERE master IS NOT NULL;
CREATE UNIQUE INDEX contact_b2c_customer_id ON contact (lower(b2c_customer_id)) WHERE b2c_customer_id <> '' AND is_deleted = 0;
CREATE INDEX contact_b2c_customer_no ON contact (lower(b2c_customer_no)) WHERE b2c_customer_no <> '';
CREATE INDEX contact_modstamp ON contact (system_modstamp);
