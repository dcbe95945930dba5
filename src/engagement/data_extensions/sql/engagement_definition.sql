-- Data extensions that clients made. Their rows are in tables of their own, de_<id>, made and dropped with them.

-- name: schema_1
CREATE TABLE data_extension (
  id BIGINT PRIMARY KEY,
  key TEXT NOT NULL,
  folded_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  folded_name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  category BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL
);
CREATE TABLE data_extension_column (
  extension_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  length BIGINT NOT NULL,
  scale BIGINT NOT NULL,
  is_key BIGINT NOT NULL,
  nullable BIGINT NOT NULL,
  default_value TEXT,
  PRIMARY KEY (extension_id, position)
);

-- Rows are in the table de_<table_id>. data_extension_aside: tables that are not read any more, or not yet. state: staged, retired.
-- name: schema_2
ALTER TABLE data_extension ADD COLUMN table_id BIGINT NOT NULL DEFAULT 0;
UPDATE data_extension SET table_id = id;
CREATE TABLE data_extension_aside (
  table_id BIGINT PRIMARY KEY,
  extension_id BIGINT NOT NULL,
  state TEXT NOT NULL,
  since BIGINT NOT NULL
);

-- name: insert_extension
INSERT INTO data_extension (id, key, folded_key, name, folded_name, description, category, created_at, modified_at, table_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $1);

-- name: insert_column
INSERT INTO data_extension_column (extension_id, position, name, type, length, scale, is_key, nullable, default_value)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: count_extensions
SELECT COUNT(*) FROM data_extension;

-- name: find_by_key
SELECT id, key, name, description, category, created_at, modified_at, table_id FROM data_extension WHERE folded_key = $1;

-- name: find_by_name
SELECT id, key, name, description, category, created_at, modified_at, table_id FROM data_extension WHERE folded_name = $1;

-- name: find_by_id
SELECT id, key, name, description, category, created_at, modified_at, table_id FROM data_extension WHERE id = $1;

-- name: all_extensions
SELECT id, key, name, description, category, created_at, modified_at, table_id FROM data_extension ORDER BY id;

-- name: columns_of
SELECT name, type, length, scale, is_key, nullable, default_value FROM data_extension_column
WHERE extension_id = $1 ORDER BY position;

-- name: delete_columns
DELETE FROM data_extension_column WHERE extension_id = $1;

-- name: delete_extension
DELETE FROM data_extension WHERE id = $1;

-- name: change_extension
UPDATE data_extension SET name = $2, folded_name = $3, description = $4, category = $5, modified_at = $6 WHERE id = $1;

-- name: set_table
UPDATE data_extension SET table_id = $2 WHERE id = $1;

-- name: insert_aside
INSERT INTO data_extension_aside (table_id, extension_id, state, since) VALUES ($1, $2, $3, $4);

-- name: delete_aside
DELETE FROM data_extension_aside WHERE table_id = $1;

-- name: find_staged
SELECT 1 FROM data_extension_aside WHERE table_id = $1 AND state = 'staged';

-- name: find_retired
SELECT table_id FROM data_extension_aside WHERE state = 'retired' AND since < $1 ORDER BY since LIMIT 1;

-- name: aside_of
SELECT table_id FROM data_extension_aside WHERE extension_id = $1;

-- name: all_aside
SELECT table_id, extension_id FROM data_extension_aside ORDER BY table_id;
