-- with others
-- database
SELECT lo_from_bytea(4711, 'mine'), lo_from_bytea(4712, '');
ALTER LARGE OBJECT 4711 OWNER TO CURRENT_USER;
