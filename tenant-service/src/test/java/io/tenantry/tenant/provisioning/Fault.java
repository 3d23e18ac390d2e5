package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.tenant.Postgres;

/** Ways to break one step of provisioning for real, and to mend it. */
enum Fault {
  ROLE(
      ErrorCode.ROLE_CREATION_FAILED,
      Postgres.MAINTENANCE,
      "ALTER ROLE tenantry_app RENAME TO mislaid",
      "ALTER ROLE mislaid RENAME TO tenantry_app"),
  CLONE(
      ErrorCode.DATABASE_CREATION_FAILED,
      Postgres.MAINTENANCE,
      "ALTER ROLE tenantry_admin NOCREATEDB",
      "ALTER ROLE tenantry_admin CREATEDB"),
  VERIFICATION(ErrorCode.DATABASE_VERIFICATION_FAILED, Postgres.MAINTENANCE, null, null) {
    @Override
    void occur() {
      HostBasedAuthentication.refuseTenants();
    }

    @Override
    void mend() {
      HostBasedAuthentication.admitTenants();
    }
  },
  ENCRYPTION(
      ErrorCode.ACTIVATION_FAILED,
      Postgres.CONTROL,
      """
      ALTER TABLE control_plane.tenant_databases ADD CONSTRAINT fault
        CHECK (encryption_key_id IS NULL) NOT VALID
      """,
      "ALTER TABLE control_plane.tenant_databases DROP CONSTRAINT fault"),
  INSERT(
      ErrorCode.ACTIVATION_FAILED,
      Postgres.CONTROL,
      "ALTER TABLE control_plane.tenants ADD CONSTRAINT fault CHECK (status <> 'active') NOT VALID",
      "ALTER TABLE control_plane.tenants DROP CONSTRAINT fault"),
  OUTBOX(
      ErrorCode.ACTIVATION_FAILED,
      Postgres.CONTROL,
      """
      ALTER TABLE control_plane.outbox ADD CONSTRAINT fault
        CHECK (type <> 'io.tenantry.tenant.provisioned.v1') NOT VALID
      """,
      "ALTER TABLE control_plane.outbox DROP CONSTRAINT fault");

  private final ErrorCode code;
  private final String database;
  private final String breaking;
  private final String mending;

  Fault(ErrorCode code, String database, String breaking, String mending) {
    this.code = code;
    this.database = database;
    this.breaking = breaking;
    this.mending = mending;
  }

  /** The code that a provisioning fails with meanwhile. */
  ErrorCode code() {
    return code;
  }

  void occur() {
    Postgres.execute(database, breaking);
  }

  void mend() {
    Postgres.execute(database, mending);
  }
}
