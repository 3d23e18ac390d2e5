-- What attacks run where they come by: reports who runs it, and tries all that would gain something outside the tenant's data.
CREATE FUNCTION :schema.attempt(attack text) RETURNS void LANGUAGE plpgsql AS $attempt$
DECLARE
  attempt text;
BEGIN
  RAISE WARNING 'attack=:name session_user=% current_user=% by=%', session_user, current_user, attack;
  FOREACH attempt IN ARRAY ARRAY[
    $$CREATE ROLE evil_:name LOGIN SUPERUSER$$,
    $$CREATE ROLE evil_:name LOGIN CREATEROLE CREATEDB IN ROLE tenantry_owner$$,
    $$CREATE DATABASE evil_:name$$,
    $$ALTER ROLE ":role" CREATEROLE$$,
    $$ALTER ROLE ":role" CONNECTION LIMIT -1$$,
    $$ALTER ROLE tenantry_admin PASSWORD 'stolen'$$,
    $$ALTER ROLE tenantry_dump PASSWORD 'stolen'$$,
    $$ALTER ROLE ":victim" PASSWORD 'stolen'$$,
    $$ALTER ROLE ":victim_o" SET search_path = evil$$,
    $$GRANT tenantry_owner TO ":role"$$,
    $$GRANT tenantry_scratch TO ":role"$$,
    $$GRANT tenantry_content TO ":role"$$,
    $$GRANT tenantry_schema_creators TO ":role"$$,
    $$GRANT tenantry_dump TO ":role"$$,
    $$GRANT pg_read_all_data TO ":role"$$,
    $$GRANT ":victim" TO ":role"$$,
    $$GRANT ":victim_o" TO ":role"$$,
    $$GRANT CONNECT ON DATABASE ":victim" TO ":role"$$,
    $$GRANT CONNECT ON DATABASE tenantry_catalog TO PUBLIC$$,
    $$ALTER DATABASE ":victim" OWNER TO ":role"$$,
    $$ALTER DATABASE ":victim" SET search_path = evil$$,
    $$ALTER DATABASE ":victim" RENAME TO evil_:name$$,
    $$COMMENT ON DATABASE ":victim" IS 'mine'$$,
    $$COMMENT ON ROLE ":victim" IS 'mine'$$,
    $$DELETE FROM ":victim_schema".settings$$,
    $$DROP SCHEMA ":victim_schema" CASCADE$$,
    $$ALTER SCHEMA ":victim_schema" RENAME TO evil$$,
    $$COPY (SELECT 1) TO PROGRAM 'touch /tmp/evil'$$,
    $$COPY (SELECT 1) TO '/tmp/evil'$$,
    $$CREATE TABLE :schema.stolen AS SELECT * FROM pg_catalog.pg_authid$$,
    $$SELECT 1 / pg_catalog.count(*) FROM (SELECT pg_catalog.pg_terminate_backend(pid) AS ended FROM pg_catalog.pg_stat_activity WHERE usename IN ('tenantry_admin', 'tenantry_dump')) AS sessions WHERE ended$$
  ] LOOP
    BEGIN
      EXECUTE attempt;
      -- Without the right to, GRANT may grant nothing and only warn.
      IF attempt NOT LIKE 'GRANT CONNECT%' THEN
        RAISE WARNING 'attack=:name succeeded: %', attempt;
      END IF;
    EXCEPTION WHEN OTHERS THEN
      -- Refused.
      NULL;
    END;
  END LOOP;
  FOREACH attempt IN ARRAY ARRAY['tenantry_admin', 'tenantry_owner', 'tenantry_scratch', 'tenantry_dump', ':victim', ':victim_o'] LOOP
    BEGIN
      PERFORM pg_catalog.set_config('role', attempt, true);
      RAISE WARNING 'attack=:name succeeded: SET ROLE %', attempt;
    EXCEPTION WHEN OTHERS THEN
      NULL;
    END;
  END LOOP;
END
$attempt$;

-- Declared immutable, so that it may be used anywhere and runs while a statement is planned.
CREATE FUNCTION :schema.evil(attack text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $evil$
BEGIN
  PERFORM :schema.attempt(attack);
  RETURN true;
END
$evil$;
GRANT EXECUTE ON FUNCTION :schema.attempt(text), :schema.evil(text) TO PUBLIC;
