-- with others
-- only database
-- as superuser
-- warns only a superuser may create: pageinspect
-- notes extension pageinspect was left out
-- differs
CREATE EXTENSION pageinspect;
COMMENT ON EXTENSION pageinspect IS 'mine';
CREATE EXTENSION pg_trgm;
CREATE INDEX settings_trigrams ON settings USING gin (key gin_trgm_ops);
