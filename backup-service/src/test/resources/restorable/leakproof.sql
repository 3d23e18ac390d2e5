-- with others
-- as superuser
-- warns functions without LEAKPROOF
-- notes function tight is no longer LEAKPROOF
-- differs
CREATE FUNCTION tight(leakproof int) RETURNS boolean LANGUAGE sql IMMUTABLE LEAKPROOF AS 'SELECT leakproof > 0';
