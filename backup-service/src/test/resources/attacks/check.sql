-- runs
-- with others
-- Rows are checked when a backup is loaded.
CREATE TABLE checked (i int, CHECK (evil('check')));
INSERT INTO checked VALUES (1);
