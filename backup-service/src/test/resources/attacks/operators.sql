-- with names
-- runs
-- Better matches than PostgreSQL's own for what catalog queries and migrations compare.
CREATE FUNCTION same(oid, regclass) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT :schema.evil('oid = regclass') $$;
CREATE FUNCTION same(varchar, varchar) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT :schema.evil('varchar = varchar') $$;
CREATE FUNCTION same(name, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT :schema.evil('name = text') $$;
CREATE FUNCTION same(name, varchar) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT :schema.evil('name = varchar') $$;
CREATE FUNCTION same(oid, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT :schema.evil('oid = int') $$;
CREATE FUNCTION same("char", text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT :schema.evil('char = text') $$;
CREATE FUNCTION joined(varchar, varchar) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'joined' || :schema.evil('varchar || varchar') $$;
CREATE FUNCTION joined(text, varchar) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'joined' || :schema.evil('text || varchar') $$;
CREATE OPERATOR = (LEFTARG = oid, RIGHTARG = regclass, FUNCTION = same);
CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = same);
CREATE OPERATOR = (LEFTARG = name, RIGHTARG = text, FUNCTION = same);
CREATE OPERATOR = (LEFTARG = name, RIGHTARG = varchar, FUNCTION = same);
CREATE OPERATOR = (LEFTARG = oid, RIGHTARG = int, FUNCTION = same);
CREATE OPERATOR = (LEFTARG = "char", RIGHTARG = text, FUNCTION = same);
CREATE OPERATOR || (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = joined);
CREATE OPERATOR || (LEFTARG = text, RIGHTARG = varchar, FUNCTION = joined);
