-- What is found on a cluster is looked up by its name, on whichever cluster the registry has it.
CREATE INDEX tenant_databases_by_database ON control_plane.tenant_databases (database_name);
CREATE INDEX tenant_databases_by_role ON control_plane.tenant_databases (role_name);
