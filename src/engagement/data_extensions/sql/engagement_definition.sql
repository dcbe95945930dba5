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

-- name: insert_extension
INSERT INTO data_extension (id, key, folded_key, name, folded_name, description, category, created_at, modified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8);

-- name: insert_column
INSERT INTO data_extension_column (extension_id, position, name, type, length, scale, is_key, nullable, default_value)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: count_extensions
SELECT COUNT(*) FROM data_extension;

-- name: find_by_key
SELECT id, key, name, description, category, created_at, modified_at FROM data_extension WHERE folded_key = $1;

-- name: find_by_name
SELECT id, key, name, description, category, created_at, modified_at FROM data_extension WHERE folded_name = $1;

-- name: find_by_id
SELECT id, key, name, description, category, created_at, modified_at FROM data_extension WHERE id = $1;

-- name: all_extensions
SELECT id, key, name, description, category, created_at, modified_at FROM data_extension ORDER BY id;

-- name: columns_of
SELECT name, type, length, scale, is_key, nullable, default_value FROM data_extension_column
WHERE extension_id = $1 ORDER BY position;

-- name: delete_columns
DELETE FROM data_extension_column WHERE extension_id = $1;

-- name: delete_extension
DELETE FROM data_extension WHERE id = $1;
