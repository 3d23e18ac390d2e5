-- with others
-- as superuser
-- warns objects from other tablespaces to the database's own: other_space:
-- notes Objects of the tablespace other_space are now in
-- differs
CREATE TABLE far_away (i int) TABLESPACE other_space;
INSERT INTO far_away VALUES (1);
CREATE INDEX far_index ON far_away (i) TABLESPACE other_space;
CREATE TABLE near (i int);
