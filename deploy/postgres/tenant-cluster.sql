-- Prepares a PostgreSQL server to hold tenants' databases. Run once in its database "postgres", as a superuser;
-- running it again changes nothing. Set a password for tenantry_admin afterwards (ALTER ROLE tenantry_admin PASSWORD '…').
--
-- tenantry_admin is no superuser: it creates databases and roles, and ends the sessions of a database it drops.
-- PUBLIC loses CONNECT on the maintenance databases, so that a tenant's role reaches its own database and nothing else.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tenantry_admin') THEN
    CREATE ROLE tenantry_admin LOGIN CREATEDB CREATEROLE;
  END IF;
END
$$;

-- A backup holds every row, whatever a tenant's policies hide from the owner of its tables.
ALTER ROLE tenantry_admin BYPASSRLS;

GRANT pg_signal_backend TO tenantry_admin;
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO tenantry_admin;
