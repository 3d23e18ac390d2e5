-- runs
-- with others
CREATE TABLE hidden (i int);
INSERT INTO hidden VALUES (1), (2);
CREATE POLICY watched ON hidden USING (evil('policy')) WITH CHECK (evil('policy check'));
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
ALTER TABLE hidden FORCE ROW LEVEL SECURITY;
CREATE INDEX by_nothing ON hidden (i) WHERE evil('predicate of a hidden table');
