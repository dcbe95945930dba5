-- Results longer than a page: their ids, fixed at the first page, in stretches of 2,000.

-- name: create_cursor
CREATE TABLE soql_cursor (
  id BIGINT PRIMARY KEY,
  username TEXT NOT NULL,
  query TEXT NOT NULL,
  child BIGINT NOT NULL,      -- -1, or the place of the child subquery whose rows these are
  all_rows BIGINT NOT NULL,
  batch BIGINT NOT NULL,
  total BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
);
CREATE INDEX soql_cursor_user ON soql_cursor (username, used_at);
CREATE INDEX soql_cursor_used ON soql_cursor (used_at);
CREATE TABLE soql_cursor_page (
  cursor_id BIGINT NOT NULL,
  page BIGINT NOT NULL,
  ids TEXT NOT NULL,
  PRIMARY KEY (cursor_id, page)
);

-- name: insert_cursor
INSERT INTO soql_cursor (id, username, query, child, all_rows, batch, total, made_at, used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8);

-- name: insert_page
INSERT INTO soql_cursor_page (cursor_id, page, ids) VALUES ($1, $2, $3);

-- name: find_cursor
SELECT id, username, query, child, all_rows, batch, total, made_at, used_at
FROM soql_cursor WHERE id = $1;

-- name: list_pages
SELECT ids FROM soql_cursor_page WHERE cursor_id = $1 AND page >= $2 AND page <= $3 ORDER BY page;

-- name: touch_cursor
UPDATE soql_cursor SET used_at = $2 WHERE id = $1 AND used_at < $2;

-- name: list_expired
SELECT id FROM soql_cursor WHERE used_at < $1 LIMIT 20;

-- The user's cursors beyond the newest $2; those of child subqueries ($3 = 1) have a count of their own.
-- name: list_surplus
SELECT id FROM soql_cursor WHERE username = $1 AND (CASE WHEN child >= 0 THEN 1 ELSE 0 END) = $3
ORDER BY used_at DESC, id DESC LIMIT 20 OFFSET $2;

-- name: delete_pages
DELETE FROM soql_cursor_page WHERE cursor_id = $1;

-- name: delete_cursor
DELETE FROM soql_cursor WHERE id = $1;
