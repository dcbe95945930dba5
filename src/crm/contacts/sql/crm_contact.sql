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
SELECT id FROM contact WHERE site_group = $1 AND email_normalized = $2;

-- name: insert_contact
INSERT INTO contact (id, site_group, email_normalized, email, first_name, last_name, phone, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (site_group, email_normalized) DO NOTHING
RETURNING id;
