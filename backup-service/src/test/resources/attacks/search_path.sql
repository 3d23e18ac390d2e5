-- runs
-- What runs in a session changes its search path for what comes after.
CREATE FUNCTION redirect() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_catalog.set_config('search_path', ':schema, pg_catalog', false);
END $$;
CREATE FUNCTION redirected() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM :schema.redirect(); RETURN :schema.evil('search path'); END $$;
CREATE FUNCTION pg_has_role(oid, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT :schema.evil('pg_has_role') $$;
CREATE FUNCTION count() RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT 7::bigint WHERE :schema.evil('count') $$;
CREATE FUNCTION current_user_is(name) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT :schema.evil('current_user') $$;
CREATE OPERATOR = (LEFTARG = name, RIGHTARG = name, FUNCTION = nameeq);
CREATE TABLE redirecting (i int, CHECK (redirected()));
INSERT INTO redirecting VALUES (1);
CREATE INDEX redirecting_too ON redirecting (i) WHERE redirected();
