-- as superuser
-- warns A restore fails, since only a superuser may create: function
-- fails permission denied for language internal
CREATE FUNCTION absolute(int) RETURNS int LANGUAGE internal IMMUTABLE AS 'int4abs';
