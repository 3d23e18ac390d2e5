-- with settings
-- runs
-- What runs as the owner role breaks that role's own logins, as far as a role may.
CREATE FUNCTION break_owner() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF session_user LIKE '%\_o' THEN
    EXECUTE format('ALTER ROLE %I SET statement_timeout = ''1ms''', session_user);
    EXECUTE format('ALTER ROLE %I SET search_path = %L', session_user, ':schema');
    EXECUTE format('ALTER ROLE %I SET role = %L', session_user, 'none');
    EXECUTE format('ALTER ROLE %I SET default_transaction_read_only = on', session_user);
    EXECUTE format('ALTER ROLE %I SET local_preload_libraries = ''nothing''', session_user);
    EXECUTE format('ALTER ROLE %I PASSWORD ''stolen''', session_user);
  END IF;
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING 'the owner role was left: %', SQLERRM;
END $$;
CREATE FUNCTION broken() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM :schema.break_owner(); RETURN :schema.evil('owner settings'); END $$;
CREATE TABLE breaking (i int, CHECK (broken()));
INSERT INTO breaking VALUES (1);
