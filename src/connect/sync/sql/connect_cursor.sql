-- name: create_cursor
CREATE TABLE sync_cursor (
  name TEXT PRIMARY KEY,
  position TEXT NOT NULL,
  saved_at BIGINT NOT NULL
);

-- name: find_cursor
SELECT position FROM sync_cursor WHERE name = $1;

-- name: save_cursor
INSERT INTO sync_cursor (name, position, saved_at) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET position = excluded.position, saved_at = excluded.saved_at;
