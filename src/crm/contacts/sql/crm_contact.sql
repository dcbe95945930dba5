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

-- name: find_contact
SELECT contact FROM contact_identity WHERE site_group = $1 AND email_normalized = $2;

-- name: claim_identity
INSERT INTO contact_identity (site_group, email_normalized, contact) VALUES ($1, $2, $3)
ON CONFLICT (site_group, email_normalized) DO NOTHING;

-- name: insert_contact
INSERT INTO contact (id, site_group, email_normalized, email, first_name, last_name, name, phone,
                     created_at, created_by, modified_at, modified_by, system_modstamp)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $10, $9);
