-- with others
-- only database
-- as superuser
-- warns event triggers, which a superuser creates: watching
-- notes event trigger watching was left out
-- differs
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watching ON ddl_command_start EXECUTE FUNCTION watch();
ALTER EVENT TRIGGER watching DISABLE;
COMMENT ON EVENT TRIGGER watching IS 'watching; all';
