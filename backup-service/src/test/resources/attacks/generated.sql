-- runs
-- with others
-- A generated column is computed again when a backup is loaded.
CREATE TABLE generated (i int DEFAULT evil('default')::int, g boolean GENERATED ALWAYS AS (evil('generated')) STORED);
INSERT INTO generated VALUES (1);
