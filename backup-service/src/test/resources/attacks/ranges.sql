-- runs
CREATE FUNCTION apart(int, int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT 1.0::float8 WHERE :schema.evil('range') $$;
CREATE TYPE span AS RANGE (SUBTYPE = int, SUBTYPE_DIFF = apart);
CREATE TABLE spans (s span, EXCLUDE USING gist (s WITH &&));
INSERT INTO spans SELECT span(i, i + 1) FROM generate_series(1, 400) i;
