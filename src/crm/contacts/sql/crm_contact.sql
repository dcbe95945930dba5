-- name: create_contact
CREATE TABLE contact (
  id BIGINT PRIMARY KEY,
  site_group TEXT NOT NULL,
  email_normalized TEXT NOT NULL,
  email TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  phone TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (site_group, email_normalized)
);

-- name: find_identity
SELECT contact FROM contact_identity WHERE site_group = $1 AND email_normalized = $2;

-- name: claim_identity
INSERT INTO contact_identity (site_group, email_normalized, contact) VALUES ($1, $2, $3)
ON CONFLICT (site_group, email_normalized) DO NOTHING;

-- The address meant a contact that is deleted or gone: $3.
-- name: take_identity
UPDATE contact_identity SET contact = $4 WHERE site_group = $1 AND email_normalized = $2 AND contact = $3;

-- name: addresses_of_contact
SELECT site_group, email_normalized FROM contact_identity WHERE contact = $1 ORDER BY site_group, email_normalized;

-- The address is free again, or means another contact that has it.
-- name: release_identity
DELETE FROM contact_identity WHERE site_group = $1 AND email_normalized = $2 AND contact = $3;

-- name: next_holder dialect: sqlite
SELECT id FROM contact WHERE (email = $1 COLLATE NOCASE AND email_normalized = $1
  OR email_normalized = $1 AND email_normalized <> email COLLATE NOCASE)
  AND site_group = $2 AND is_deleted = 0 AND id <> $3
ORDER BY id LIMIT 1;

-- name: next_holder dialect: postgresql
SELECT id FROM contact WHERE email_normalized = $1 AND site_group = $2 AND is_deleted = 0 AND id <> $3
ORDER BY id LIMIT 1;

-- name: insert_contact
INSERT INTO contact (id, site_group, email_normalized, email, first_name, last_name, name, title, phone, mobile_phone,
                     mailing_street, mailing_city, mailing_state, mailing_postal_code, mailing_country, b2c_customer_id,
                     b2c_customer_no, b2c_customer_list_id, account, email_opt_out, created_at, created_by, modified_at,
                     modified_by, system_modstamp)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $21, $22, $21);

-- name: update_contact
UPDATE contact SET email_normalized = $2, email = $3, first_name = $4, last_name = $5, name = $6, title = $7, phone = $8,
  mobile_phone = $9, mailing_street = $10, mailing_city = $11, mailing_state = $12, mailing_postal_code = $13,
  mailing_country = $14, b2c_customer_id = $15, b2c_customer_no = $16, b2c_customer_list_id = $17, account = $18,
  email_opt_out = $19, modified_at = $20, modified_by = $21, system_modstamp = $20
WHERE id = $1;

-- name: find_contact
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at
FROM contact c LEFT JOIN account a ON a.id = c.account
WHERE c.id = $1;

-- The statements below give the same columns.

-- name: contacts_of_email dialect: sqlite
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at
FROM contact c LEFT JOIN account a ON a.id = c.account
WHERE (c.email = $1 COLLATE NOCASE AND c.email_normalized = $1
  OR c.email_normalized = $1 AND c.email_normalized <> c.email COLLATE NOCASE)
  AND c.is_deleted = 0 LIMIT $2;

-- name: contacts_of_email dialect: postgresql
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at
FROM contact c LEFT JOIN account a ON a.id = c.account
WHERE c.email_normalized = $1 AND c.is_deleted = 0 LIMIT $2;

-- name: contacts_of_customer_id dialect: sqlite
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at
FROM contact c LEFT JOIN account a ON a.id = c.account
WHERE c.b2c_customer_id = $1 COLLATE NOCASE AND c.b2c_customer_id <> '' AND c.is_deleted = 0 LIMIT $2;

-- name: contacts_of_customer_id dialect: postgresql
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at
FROM contact c LEFT JOIN account a ON a.id = c.account
WHERE lower(c.b2c_customer_id) = lower($1) AND c.b2c_customer_id <> '' AND c.is_deleted = 0 LIMIT $2;

-- name: contacts_of_customer_no dialect: sqlite
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at
FROM contact c LEFT JOIN account a ON a.id = c.account
WHERE c.b2c_customer_no = $1 COLLATE NOCASE AND c.b2c_customer_no <> '' AND c.is_deleted = 0 LIMIT $2;

-- name: contacts_of_customer_no dialect: postgresql
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at
FROM contact c LEFT JOIN account a ON a.id = c.account
WHERE lower(c.b2c_customer_no) = lower($1) AND c.b2c_customer_no <> '' AND c.is_deleted = 0 LIMIT $2;

-- name: contacts_of_ids dialect: sqlite
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at
FROM contact c LEFT JOIN account a ON a.id = c.account
WHERE c.id IN (SELECT value FROM json_each($1)) AND c.is_deleted = 0;

-- name: contacts_of_ids dialect: postgresql
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at
FROM contact c LEFT JOIN account a ON a.id = c.account
WHERE c.id = ANY (ARRAY(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS JSON)) AS value))
  AND c.is_deleted = 0;

-- name: holders_of_addresses dialect: sqlite
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at, i.email_normalized
FROM contact_identity i LEFT JOIN contact c ON c.id = i.contact LEFT JOIN account a ON a.id = c.account
WHERE i.site_group = $2 AND i.email_normalized IN (SELECT value FROM json_each($1));

-- name: holders_of_addresses dialect: postgresql
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at, i.email_normalized
FROM contact_identity i LEFT JOIN contact c ON c.id = i.contact LEFT JOIN account a ON a.id = c.account
WHERE i.site_group = $2 AND i.email_normalized = ANY (ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))));

-- name: contacts_after
SELECT c.id, c.site_group, c.email, c.email_normalized, c.first_name, c.last_name, c.title, c.phone, c.mobile_phone,
  c.mailing_street, c.mailing_city, c.mailing_state, c.mailing_postal_code, c.mailing_country, c.b2c_customer_id,
  c.b2c_customer_no, c.b2c_customer_list_id, c.account, a.name, c.email_opt_out, c.master, c.is_deleted, c.created_at,
  c.modified_at
FROM contact c LEFT JOIN account a ON a.id = c.account
WHERE c.id > $1 AND c.is_deleted = 0 ORDER BY c.id LIMIT $2;

-- name: log_change
INSERT INTO change_log (kind, row_id) VALUES ('contact', $1);
