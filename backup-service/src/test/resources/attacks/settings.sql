-- with settings
-- Settings of the tenant's own role.
ALTER ROLE CURRENT_USER SET search_path = :schema, pg_catalog;
ALTER ROLE CURRENT_USER SET statement_timeout = '1ms';
ALTER ROLE CURRENT_USER SET default_transaction_read_only = on;
ALTER ROLE CURRENT_USER SET row_security = off;
ALTER ROLE CURRENT_USER SET lock_timeout = '1ms';
