-- only database
-- as superuser
-- refused permission denied for large object 4713
SELECT lo_from_bytea(4713, 'not the tenant''s');
