-- name: create_step
CREATE TABLE contact_step (name TEXT PRIMARY KEY);

-- name: find_step
SELECT 1 FROM contact_step WHERE name = $1;

-- name: save_step
INSERT INTO contact_step (name) VALUES ($1);

-- name: all_addresses
SELECT id, email, email_normalized, site_group FROM contact WHERE email <> '' AND is_deleted = 0 ORDER BY id;

-- The statements below take id, site group, old and new normalised address.

-- name: renew_contact
UPDATE contact SET email_normalized = $4 WHERE id = $1 AND site_group = $2 AND email_normalized = $3;

-- name: claim_new
INSERT INTO contact_identity (site_group, email_normalized, contact)
SELECT $2, $4, contact FROM contact_identity WHERE site_group = $2 AND email_normalized = $3 AND contact = $1
ON CONFLICT (site_group, email_normalized) DO NOTHING;

-- name: release_old
DELETE FROM contact_identity WHERE site_group = $2 AND email_normalized = $3 AND contact = $1 AND $3 <> $4;
