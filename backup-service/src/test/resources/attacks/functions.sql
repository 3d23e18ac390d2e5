-- with names
-- Better matches than PostgreSQL's own for what catalog queries call.
CREATE FUNCTION quote_ident(name) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' || :schema.evil('quote_ident') $$;
CREATE FUNCTION to_regclass(varchar) RETURNS regclass LANGUAGE sql IMMUTABLE AS $$ SELECT NULL::regclass WHERE :schema.evil('to_regclass') $$;
CREATE FUNCTION current_setting(varchar) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' || :schema.evil('current_setting') $$;
CREATE FUNCTION set_config(varchar, varchar, boolean) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' || :schema.evil('set_config') $$;
CREATE FUNCTION lower(varchar) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' || :schema.evil('lower') $$;
CREATE FUNCTION format(name, name) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' || :schema.evil('format') $$;
CREATE FUNCTION hashtextextended(varchar, int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT 1 WHERE :schema.evil('hashtextextended') $$;
CREATE FUNCTION has_table_privilege(oid, varchar) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT :schema.evil('has_table_privilege') $$;
CREATE FUNCTION pg_get_expr(pg_node_tree, oid, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' || :schema.evil('pg_get_expr') $$;
CREATE FUNCTION pg_export_snapshot(VARIADIC int[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' || :schema.evil('pg_export_snapshot') $$;
CREATE FUNCTION to_text(jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' || :schema.evil('text') $$;
