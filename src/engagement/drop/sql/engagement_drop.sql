-- name: create_drop_account
CREATE TABLE drop_account (
  name          TEXT PRIMARY KEY,
  password_hash TEXT NOT NULL,          -- argon2id; '' = no password
  public_key    TEXT NOT NULL,          -- not used any more: drop_key
  created_at    BIGINT NOT NULL
);

-- name: create_drop_key
ALTER TABLE drop_account ADD COLUMN own_folder BIGINT NOT NULL DEFAULT 0;
ALTER TABLE drop_account ADD COLUMN quota_bytes BIGINT NOT NULL DEFAULT 0;
CREATE TABLE drop_key (
  account    TEXT NOT NULL,
  public_key TEXT NOT NULL,             -- 'ssh-ed25519 AAAA...'
  PRIMARY KEY (account, public_key)
);
INSERT INTO drop_key (account, public_key) SELECT name, public_key FROM drop_account WHERE public_key <> '';

-- name: insert_account
INSERT INTO drop_account (name, password_hash, public_key, created_at, own_folder, quota_bytes)
VALUES ($1, $2, '', $3, $4, $5) ON CONFLICT (name) DO NOTHING;

-- name: insert_key
INSERT INTO drop_key (account, public_key) VALUES ($1, $2) ON CONFLICT (account, public_key) DO NOTHING;

-- name: delete_keys
DELETE FROM drop_key WHERE account = $1;

-- name: set_password
UPDATE drop_account SET password_hash = $2 WHERE name = $1;

-- name: delete_account
DELETE FROM drop_account WHERE name = $1;

-- name: find_account
SELECT password_hash, own_folder, quota_bytes, created_at FROM drop_account WHERE name = $1;

-- name: find_key
SELECT 1 FROM drop_key WHERE account = $1 AND public_key = $2;

-- name: list_accounts
SELECT name, CASE WHEN password_hash = '' THEN 0 ELSE 1 END, own_folder, quota_bytes, created_at FROM drop_account ORDER BY name;

-- name: list_keys
SELECT account, public_key FROM drop_key ORDER BY account, public_key;
