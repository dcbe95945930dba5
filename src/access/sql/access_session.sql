-- name: create_session
CREATE TABLE access_session (
  token_hash TEXT PRIMARY KEY,          -- sha256 of the cookie
  email      TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

-- name: create_session_index
CREATE INDEX access_session_by_email ON access_session (email);

-- name: add_session
INSERT INTO access_session (token_hash, email, expires_at) VALUES ($1, $2, $3);

-- name: find_session
SELECT email FROM access_session WHERE token_hash = $1 AND expires_at > $2;

-- name: end_session
DELETE FROM access_session WHERE token_hash = $1;

-- name: end_sessions_of
DELETE FROM access_session WHERE email = $1;

-- name: forget_expired
DELETE FROM access_session WHERE expires_at <= $1;
