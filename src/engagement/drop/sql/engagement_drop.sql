-- name: create_drop_account
CREATE TABLE drop_account (
  name          TEXT PRIMARY KEY,
  password_hash TEXT NOT NULL,          -- argon2id; '' = no password
  public_key    TEXT NOT NULL,          -- 'ssh-ed25519 AAAA...'; '' = none
  created_at    BIGINT NOT NULL
);

-- name: insert_drop_account
INSERT INTO drop_account (name, password_hash, public_key, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO NOTHING;

-- name: set_drop_public_key
UPDATE drop_account SET public_key = $2 WHERE name = $1;

-- name: find_drop_account
SELECT password_hash, public_key FROM drop_account WHERE name = $1;
