-- name: create_token
CREATE TABLE access_token (
  token_hash   TEXT PRIMARY KEY,        -- sha256 of the token
  kind         TEXT NOT NULL,           -- access, refresh
  key_hash     TEXT NOT NULL,           -- the client's key; '': a user signed in by SOAP without one
  user_email   TEXT NOT NULL,           -- the user it acts for; '': the client itself
  scope        TEXT NOT NULL,
  refresh_hash TEXT NOT NULL,           -- the refresh token it was issued with or for; '': none
  issued_at    BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL
);

-- name: create_token_indexes
CREATE INDEX access_token_by_expiry ON access_token (expires_at);
CREATE INDEX access_token_by_key ON access_token (key_hash);
CREATE INDEX access_token_by_user ON access_token (user_email);
CREATE INDEX access_token_by_refresh ON access_token (refresh_hash);

-- name: create_assertion
CREATE TABLE access_assertion (
  assertion_hash TEXT PRIMARY KEY,      -- of a JWT that was used
  expires_at     BIGINT NOT NULL        -- kept no longer than it could be used again
);

-- name: add_token
INSERT INTO access_token (token_hash, kind, key_hash, user_email, scope, refresh_hash, issued_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: find_token
SELECT token.key_hash, token.user_email, token.scope, token.issued_at, token.expires_at, client.role, client.name
FROM access_token AS token
LEFT JOIN access_key AS client ON client.key_hash = token.key_hash
LEFT JOIN access_user AS person ON person.email = token.user_email
WHERE token.token_hash = $1 AND token.kind = $2 AND token.expires_at > $3
  AND (token.key_hash = '' OR client.key_hash IS NOT NULL)
  AND (token.user_email = '' OR person.email IS NOT NULL);

-- name: extend_token
UPDATE access_token SET expires_at = $2 WHERE token_hash = $1;

-- name: end_token
DELETE FROM access_token WHERE token_hash = $1 OR refresh_hash = $1;

-- name: end_tokens_of_key
DELETE FROM access_token WHERE key_hash = $1;

-- name: end_tokens_of_user
DELETE FROM access_token WHERE user_email = $1;

-- name: forget_expired_tokens
DELETE FROM access_token WHERE expires_at <= $1;

-- name: forget_expired_assertions
DELETE FROM access_assertion WHERE expires_at <= $1;

-- name: add_assertion
INSERT INTO access_assertion (assertion_hash, expires_at) VALUES ($1, $2) ON CONFLICT (assertion_hash) DO NOTHING;
