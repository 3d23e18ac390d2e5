-- runs
-- with others
CREATE DOMAIN trapped AS int CHECK (evil('domain'));
CREATE TABLE domains (i trapped);
INSERT INTO domains VALUES (1);
