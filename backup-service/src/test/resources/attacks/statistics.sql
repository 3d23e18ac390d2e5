-- runs
-- with others
CREATE TABLE measured (i int, j int);
INSERT INTO measured SELECT 1, 2;
CREATE STATISTICS suspicious ON (evil('statistics')), (i + j) FROM measured;
ANALYZE measured;
