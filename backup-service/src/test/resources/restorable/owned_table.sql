-- with others
-- as tenant
CREATE TABLE mine (i serial PRIMARY KEY, t text DEFAULT 'a');
INSERT INTO mine (t) VALUES ('b');
CREATE VIEW my_view AS SELECT * FROM mine;
CREATE FUNCTION my_function(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i';
CREATE INDEX my_index ON mine (my_function(i));
CREATE TYPE my_type AS ENUM ('a', 'b');
CREATE DOMAIN my_domain AS int CHECK (my_function(VALUE) > 0);
CREATE MATERIALIZED VIEW my_materialized AS SELECT * FROM mine;
GRANT SELECT ON mine TO PUBLIC;
