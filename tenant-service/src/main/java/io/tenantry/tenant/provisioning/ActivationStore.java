package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.tenant.registry.Tenants;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Activates provisioned tenants, each in one transaction of the control database. */
@Singleton
final class ActivationStore {

  private final Database database;
  private final Leases leases;
  private final ActivationRecords records;
  private final Tenants tenants;
  private final KeyRing keyRing;

  ActivationStore(
      Database database,
      Leases leases,
      ActivationRecords records,
      Tenants tenants,
      KeyRing keyRing) {
    this.database = database;
    this.leases = leases;
    this.records = records;
    this.tenants = tenants;
    this.keyRing = keyRing;
  }

  /**
   * Activates a tenant and appends its event; the last step of provisioning.
   *
   * @param beforeCommit runs before the commit; an exception rolls the transaction back
   */
  void activate(Provisioning work, Runnable beforeCommit) {
    database.transact(
        sql -> {
          storeConnection(sql, work);
          records.append(sql, work);
          StepStore.complete(sql, work);
          // Last, to keep the row lock short.
          makeActive(sql, work.tenantId());
          work.activation().setTenant(tenants.find(sql, work.tenantId()).orElseThrow());
          beforeCommit.run();
        });
  }

  /**
   * Issues the API keys that a job's tenant has never had, because recovery completed it; safe to
   * repeat.
   */
  void issueMissingKeys(UUID jobId, NewTenant tenant) {
    database.transact(sql -> records.addMissingKeys(sql, jobId, tenant));
  }

  /** The result for a tenant that was activated by this replica or by another one. */
  Outcome activated(Provisioning work) {
    work.activation().setTenant(tenants.find(work.tenantId()).orElseThrow());
    return work.provisioned();
  }

  /** Whether the registry has a tenant with this id, active or still in provisioning. */
  boolean isRecorded(UUID tenantId) {
    return tenants.find(tenantId).isPresent();
  }

  private void storeConnection(Sql sql, Provisioning work) {
    byte[] encrypted =
        keyRing.encrypt(work.location().connectionString(), work.tenantId().toString());
    sql.send(
        """
        UPDATE control_plane.tenant_databases
        SET connection_string_encrypted = $2, encryption_key_id = $3
        WHERE tenant_id = $1
        """,
        work.tenantId(),
        Buffer.buffer(encrypted),
        KeyRing.keyIdOf(encrypted));
  }

  private void makeActive(Sql sql, UUID tenantId) {
    int changed =
        sql.changed(
            """
            UPDATE control_plane.tenants
            SET status = 'active', updated_at = now(), registered_at = NULL,
              lease_owner = NULL, lease_expires_at = NULL
            WHERE tenant_id = $1
              AND status = 'provisioning'
              AND lease_owner = $2
            """,
            tenantId,
            leases.replica());
    if (changed == 0) {
      throw new IllegalStateException("the lease expired and another replica took over");
    }
  }
}
