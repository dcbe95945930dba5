-- name: create_foreign_id
CREATE TABLE foreign_id (
  object TEXT NOT NULL,
  foreign_id TEXT NOT NULL,
  local_id BIGINT NOT NULL,
  PRIMARY KEY (object, foreign_id)
);
CREATE UNIQUE INDEX foreign_id_local ON foreign_id (object, local_id);

-- name: find_local
SELECT local_id FROM foreign_id WHERE object = $1 AND foreign_id = $2;

-- name: find_foreign
SELECT foreign_id FROM foreign_id WHERE object = $1 AND local_id = $2;

-- name: add_foreign_id
INSERT INTO foreign_id (object, foreign_id, local_id) VALUES ($1, $2, $3)
ON CONFLICT (object, foreign_id) DO NOTHING;
