-- name: create_key
CREATE TABLE access_key (
  key_hash   TEXT PRIMARY KEY,          -- sha256 of the key; the key itself is shown once
  role       TEXT NOT NULL,
  name       TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- name: add_public_key
ALTER TABLE access_key ADD COLUMN public_key TEXT NOT NULL DEFAULT '';  -- PEM; '': none

-- name: separate_names
-- A name is a client_id: of several keys with one name all but the oldest get a suffix.
UPDATE access_key SET name = name || '-' || substr(key_hash, 1, 8)
WHERE EXISTS (SELECT 1 FROM access_key AS older WHERE older.name = access_key.name
  AND (older.created_at < access_key.created_at
    OR (older.created_at = access_key.created_at AND older.key_hash < access_key.key_hash)));

-- name: create_name_index
CREATE UNIQUE INDEX access_key_by_name ON access_key (name);

-- name: add_key
INSERT INTO access_key (key_hash, role, name, created_at, public_key) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO NOTHING;

-- name: find_key
SELECT role, name FROM access_key WHERE key_hash = $1;

-- name: find_key_by_name
SELECT key_hash, role, name, public_key FROM access_key WHERE name = $1;

-- name: find_hash
SELECT key_hash FROM access_key WHERE name = $1 OR substr(key_hash, 1, 16) = $1
ORDER BY CASE WHEN name = $1 THEN 0 ELSE 1 END LIMIT 1;

-- name: list_keys
SELECT substr(key_hash, 1, 16), name, role, CASE WHEN public_key = '' THEN 0 ELSE 1 END, created_at FROM access_key ORDER BY name;

-- name: remove_key
DELETE FROM access_key WHERE key_hash = $1;
