-- runs
-- with others
-- Planning a query of the table evaluates the predicate; loading it evaluates both.
CREATE TABLE indexed (i int);
INSERT INTO indexed VALUES (1);
CREATE INDEX by_expression ON indexed ((evil('index expression')));
CREATE INDEX by_predicate ON indexed (i) WHERE evil('index predicate');
ALTER TABLE indexed ADD CONSTRAINT alone EXCLUDE USING btree ((evil('exclusion')::text) WITH =) WHERE (evil('exclusion predicate'));
