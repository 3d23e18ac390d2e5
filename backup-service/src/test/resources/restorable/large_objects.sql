-- with others
-- as tenant
-- warns schema: does not contain large objects: the tenant has 2
SELECT lo_from_bytea(0, 'mine'), lo_from_bytea(0, '');
