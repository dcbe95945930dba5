-- name: schema_1
-- Event definitions of journeys: a key, the own data extension that keeps its events, and which of its columns names the
-- request or the SKU. high_water: the last row that was entered by an automation.
CREATE TABLE event_definition (
  id BIGINT PRIMARY KEY,
  key TEXT NOT NULL,
  folded_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  journey TEXT NOT NULL,
  extension_key TEXT NOT NULL,
  request_column TEXT NOT NULL,
  sku_column TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  high_water BIGINT NOT NULL DEFAULT 0
);

-- name: insert_definition
INSERT INTO event_definition (id, key, folded_key, name, journey, extension_key, request_column, sku_column, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (folded_key) DO NOTHING;

-- name: find_definition
SELECT id, key, name, journey, extension_key, request_column, sku_column, created_at, high_water
FROM event_definition WHERE folded_key = $1;

-- name: list_definitions
SELECT id, key, name, journey, extension_key, request_column, sku_column, created_at, high_water
FROM event_definition ORDER BY id LIMIT 1000;

-- name: delete_definition
DELETE FROM event_definition WHERE folded_key = $1;

-- name: move_high_water
UPDATE event_definition SET high_water = $2 WHERE id = $1;

-- name: lower_high_water
UPDATE event_definition SET high_water = $2 WHERE extension_key = $1 AND high_water > $2;

-- name: sku_of_request
SELECT sku FROM ext_request WHERE id = $1 AND stage = 'waiting';
