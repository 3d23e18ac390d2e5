-- with others
-- as superuser
-- warns tablespace what is in others: other_space:
-- notes in the tablespace other_space is in that of the database
-- differs
CREATE TABLE far_away (i int) TABLESPACE other_space;
INSERT INTO far_away VALUES (1);
CREATE INDEX far_index ON far_away (i) TABLESPACE other_space;
CREATE TABLE near (i int);
