-- The CRM's objects beside contact and back_in_stock, and what outlives rows that are gone.

-- name: create_objects
CREATE TABLE account (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  type TEXT NOT NULL DEFAULT '',
  custom TEXT NOT NULL DEFAULT '{}',
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  modified_by BIGINT NOT NULL,
  system_modstamp BIGINT NOT NULL,
  is_deleted BIGINT NOT NULL DEFAULT 0,
  deleted_at BIGINT
);
CREATE INDEX account_modstamp ON account (system_modstamp);
CREATE TABLE crm_user (
  id BIGINT PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  custom TEXT NOT NULL DEFAULT '{}',
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  modified_by BIGINT NOT NULL,
  system_modstamp BIGINT NOT NULL,
  is_deleted BIGINT NOT NULL DEFAULT 0,
  deleted_at BIGINT
);
CREATE TABLE organization (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  is_sandbox BIGINT NOT NULL DEFAULT 0,
  instance_name TEXT NOT NULL DEFAULT '',
  organization_type TEXT NOT NULL DEFAULT 'Stockbell',
  custom TEXT NOT NULL DEFAULT '{}',
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  modified_by BIGINT NOT NULL,
  system_modstamp BIGINT NOT NULL,
  is_deleted BIGINT NOT NULL DEFAULT 0,
  deleted_at BIGINT
);
CREATE TABLE contact_identity (
  site_group TEXT NOT NULL,
  email_normalized TEXT NOT NULL,
  contact BIGINT NOT NULL,
  PRIMARY KEY (site_group, email_normalized)
);
CREATE INDEX contact_identity_contact ON contact_identity (contact);
CREATE TABLE record_tombstone (
  object TEXT NOT NULL,
  id BIGINT NOT NULL,
  deleted_at BIGINT NOT NULL,
  PRIMARY KEY (object, id)
);
CREATE INDEX record_tombstone_time ON record_tombstone (object, deleted_at);

-- name: save_user
INSERT INTO crm_user (id, username, name, created_at, created_by, modified_at, modified_by, system_modstamp)
VALUES ($1, $2, $2, $3, $1, $3, $1, $3)
ON CONFLICT (id) DO NOTHING;

-- name: save_organization
INSERT INTO organization (id, name, created_at, created_by, modified_at, modified_by, system_modstamp)
VALUES ($1, $2, $3, $4, $3, $4, $3)
ON CONFLICT (id) DO NOTHING;
