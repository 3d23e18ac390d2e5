-- with others
-- only database
-- as superuser
-- warns publications that only a superuser may create: everything, wide
-- notes publication everything was left out
-- notes publication wide is without the schema public
-- differs
CREATE PUBLICATION everything FOR ALL TABLES;
COMMENT ON PUBLICATION everything IS 'all';
CREATE PUBLICATION wide FOR TABLES IN SCHEMA public;
