-- What is named like PostgreSQL's own keeps its meaning on the tenant's path.
CREATE TABLE words (a text, b int, c text GENERATED ALWAYS AS (a || b) STORED, CHECK (lower(a) = a));
INSERT INTO words VALUES ('a', 1), ('b', 2);
CREATE INDEX words_lower ON words (lower(a)) WHERE a || b <> 'x';
CREATE VIEW joined AS SELECT a || b AS joined FROM words;
CREATE FUNCTION mine(text, int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''mine''';
CREATE OPERATOR || (LEFTARG = text, RIGHTARG = int, FUNCTION = mine);
CREATE FUNCTION lower(varchar) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''mine''';
