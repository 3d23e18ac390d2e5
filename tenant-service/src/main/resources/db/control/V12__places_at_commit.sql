-- A place on a cluster is taken, and left, as the last thing of a transaction: its row is locked for the commit alone, and transactions that
-- make tenants on one cluster wait for one another no longer than that.
DROP TRIGGER take_place ON control_plane.tenant_databases;
DROP TRIGGER leave_place ON control_plane.tenant_databases;
CREATE CONSTRAINT TRIGGER take_place AFTER INSERT ON control_plane.tenant_databases
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION control_plane.take_place();
CREATE CONSTRAINT TRIGGER leave_place AFTER DELETE ON control_plane.tenant_databases
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION control_plane.leave_place();
