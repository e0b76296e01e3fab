-- Questions to SQLite itself, which no other store is asked.

-- name: tables
SELECT type, name, sql FROM sqlite_schema ORDER BY name;
