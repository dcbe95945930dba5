-- name: create_key
CREATE TABLE access_key (
  key_hash   TEXT PRIMARY KEY,          -- sha256 of the key; the key itself is shown once
  role       TEXT NOT NULL,
  name       TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- name: add_key
INSERT INTO access_key (key_hash, role, name, created_at) VALUES ($1, $2, $3, $4);

-- name: find_key
SELECT role, name FROM access_key WHERE key_hash = $1;
