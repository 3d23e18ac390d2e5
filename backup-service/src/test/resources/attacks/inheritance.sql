-- runs
-- with others
-- Planning a query of tables with children evaluates their checks.
CREATE TABLE parent (i int) PARTITION BY RANGE (i);
CREATE TABLE child PARTITION OF parent FOR VALUES FROM (0) TO (10);
ALTER TABLE child ADD CHECK (evil('partition'));
INSERT INTO parent VALUES (1);
CREATE TABLE elder (i int);
CREATE TABLE younger (CHECK (evil('child'))) INHERITS (elder);
INSERT INTO younger VALUES (1);
