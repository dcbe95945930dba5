-- name: create_user
CREATE TABLE access_user (
  email         TEXT PRIMARY KEY,       -- text::EmailAddress::folded
  password_hash TEXT NOT NULL,          -- argon2id
  created_at    BIGINT NOT NULL
);

-- name: create_failure
CREATE TABLE access_failure (
  email_hash TEXT NOT NULL,             -- of whatever was typed, so that unknown accounts lock alike
  failed_at  BIGINT NOT NULL
);

-- name: create_failure_index
CREATE INDEX access_failure_by_email ON access_failure (email_hash, failed_at);

-- name: save_user
INSERT INTO access_user (email, password_hash, created_at) VALUES ($1, $2, $3)
ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash;

-- name: find_password
SELECT password_hash FROM access_user WHERE email = $1;

-- name: count_failures
SELECT COUNT(*) FROM access_failure WHERE email_hash = $1 AND failed_at > $2;

-- name: add_failure
INSERT INTO access_failure (email_hash, failed_at) VALUES ($1, $2);

-- name: forget_failures
DELETE FROM access_failure WHERE email_hash = $1 OR failed_at <= $2;

-- name: take_back_failure
DELETE FROM access_failure WHERE email_hash = $1 AND failed_at = $2;

-- name: find_user
SELECT email FROM access_user WHERE email = $1;

-- name: remove_user
DELETE FROM access_user WHERE email = $1;
