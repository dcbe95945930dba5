stockbell_module(USES base platform/log LIBRARIES SQLite::SQLite3 PostgreSQL::PostgreSQL)
