-- Functions of SQLite that tests use when they look into a ledger.
CREATE SCHEMA sqlite;
CREATE FUNCTION sqlite.join_step (have text, more anyelement, separator text) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT CASE WHEN more IS NULL THEN have WHEN have IS NULL THEN more::text ELSE have || separator || more::text END $$;
CREATE FUNCTION sqlite.join_step (have text, more anyelement) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT sqlite.join_step (have, more, ',') $$;
CREATE AGGREGATE sqlite.group_concat (anyelement, text) (SFUNC = sqlite.join_step, STYPE = text);
CREATE AGGREGATE sqlite.group_concat (anyelement) (SFUNC = sqlite.join_step, STYPE = text);
CREATE FUNCTION sqlite.datetime (seconds bigint, kind text) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT to_char (to_timestamp (seconds) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') $$;
CREATE FUNCTION sqlite.json_extract (document text, path text) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT document::jsonb ->> substr (path, 3) $$;
CREATE FUNCTION sqlite.char (VARIADIC codes integer[]) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT string_agg (chr (code), '' ORDER BY at) FROM unnest (codes) WITH ORDINALITY AS c (code, at) $$;
CREATE FUNCTION sqlite.decimal_add (have numeric, more text) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce (have, 0) + more::numeric $$;
CREATE AGGREGATE sqlite.sum (text) (SFUNC = sqlite.decimal_add, STYPE = numeric);
CREATE AGGREGATE sqlite.decimal_sum (text) (SFUNC = sqlite.decimal_add, STYPE = numeric);
GRANT USAGE ON SCHEMA sqlite TO PUBLIC;
