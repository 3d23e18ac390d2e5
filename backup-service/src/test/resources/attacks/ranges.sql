-- with others
-- runs
-- An index of ranges asks how far apart two values are. It holds locks then that an exception would release, so this only reports.
CREATE FUNCTION apart(int, int) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RAISE WARNING 'attack=:name session_user=% current_user=% by=range', session_user, current_user;
  RETURN $1 - $2;
END $$;
CREATE TYPE span AS RANGE (SUBTYPE = int, SUBTYPE_DIFF = apart);
CREATE TABLE spans (s span, EXCLUDE USING gist (s WITH &&));
INSERT INTO spans SELECT span(i, i + 1) FROM generate_series(1, 400) i;
