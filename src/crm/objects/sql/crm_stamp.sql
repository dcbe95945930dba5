-- name: oldest_transaction dialect: sqlite
SELECT 0;

-- How long, in milliseconds, the oldest transaction of any Stockbell on this database has been open.
-- name: oldest_transaction dialect: postgresql
SELECT CAST(COALESCE(MAX(EXTRACT(EPOCH FROM clock_timestamp() - xact_start) * 1000), 0) AS BIGINT)
FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'stockbell' AND xact_start IS NOT NULL
  AND pid <> pg_backend_pid();
