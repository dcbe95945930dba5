-- What has become of a request that somebody claims.
-- name: claimed_request
SELECT r.status, r.sku FROM ext_request r WHERE r.id = $1;
