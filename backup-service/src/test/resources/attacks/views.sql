-- runs
-- with others
CREATE VIEW seen AS SELECT evil('view') AS seen;
CREATE MATERIALIZED VIEW kept AS SELECT evil('materialized view') AS seen;
CREATE TABLE ruled (i int);
CREATE RULE noted AS ON INSERT TO ruled DO ALSO SELECT evil('rule');
