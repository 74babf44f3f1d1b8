-- A server works with tables of a later version than its own while the last migration that it knows is at least this one (F-33). A
-- migration that only adds leaves it as it is. One that takes away, renames or narrows what older servers use replaces it.
CREATE FUNCTION oldest_migration() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 15::bigint';
