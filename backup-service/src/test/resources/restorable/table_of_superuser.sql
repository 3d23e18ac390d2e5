-- with others
-- as superuser
-- notes Objects of the role postgres now belong to
-- differs
CREATE TABLE theirs (i int);
INSERT INTO theirs VALUES (1), (2);
CREATE SEQUENCE their_numbers;
GRANT SELECT ON theirs TO tenantry_app;
