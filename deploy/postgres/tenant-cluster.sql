-- Prepares a PostgreSQL server to hold tenants' databases. Run once in its database "postgres", as a superuser;
-- running it again changes nothing. Set a password for tenantry_admin afterwards (ALTER ROLE tenantry_admin PASSWORD '…').
--
-- tenantry_admin is no superuser: it creates databases and roles, and ends the sessions of a database it drops. It never works inside a tenant's database.
-- tenantry_dump logs in for pg_dump alone: it reads every row, whatever a tenant's policies hide, and writes nothing.
-- PUBLIC loses CONNECT on the maintenance databases, so that a tenant's role reaches its own database and nothing else.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tenantry_admin') THEN
    CREATE ROLE tenantry_admin LOGIN CREATEDB CREATEROLE;
  END IF;
END
$$;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tenantry_dump') THEN
    CREATE ROLE tenantry_dump LOGIN BYPASSRLS;
  END IF;
  -- So that the admin can set its password. Up to version 15 CREATEROLE is enough, and a membership would give the admin its rights.
  IF current_setting('server_version_num')::int >= 160000 THEN
    EXECUTE 'GRANT tenantry_dump TO tenantry_admin WITH ADMIN TRUE, INHERIT FALSE, SET FALSE';
  END IF;
END
$$;
GRANT pg_read_all_data TO tenantry_dump;

GRANT pg_signal_backend TO tenantry_admin;
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO tenantry_admin;
