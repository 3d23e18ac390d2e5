package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.kernel.tenant.TenantStatus;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the state and results of provisioning jobs, and records their failure. */
@Singleton
final class ProvisioningJobStore {

  private final Database database;
  private final Outbox outbox;

  ProvisioningJobStore(Database database, Outbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  /** A tenant's status, and the job that provisions or provisioned it. */
  record State(TenantStatus status, Optional<UUID> jobId) {}

  /** The state of a tenant; a purged tenant is reported as deleted. */
  State state(UUID tenantId) {
    return database
        .first(
            row ->
                new State(TenantStatus.of(row.getString(0)), Optional.ofNullable(row.getUUID(1))),
            "SELECT status, provisioning_job_id FROM control_plane.tenants WHERE tenant_id = $1",
            tenantId)
        .orElse(new State(TenantStatus.DELETED, Optional.empty()));
  }

  /** The result of a job. */
  ProvisioningResult result(UUID tenantId) {
    Row tenant =
        database.one(
            row -> row,
            """
            SELECT cluster, host, port, database_name, schema_name, role_name,
              metadata::text AS metadata
            FROM control_plane.tenants
            JOIN control_plane.tenant_databases USING (tenant_id)
            WHERE tenant_id = $1
            """,
            tenantId);
    return new ProvisioningResult(
        tenantId,
        new ProvisioningResult.Database(
            tenant.getString("cluster"),
            tenant.getString("host"),
            tenant.getInteger("port"),
            tenant.getString("database_name"),
            Optional.ofNullable(tenant.getString("schema_name")),
            tenant.getString("role_name")),
        rows(
                "SELECT type, service_id, status FROM control_plane.tenant_services WHERE tenant_id = $1 ORDER BY type",
                tenantId)
            .map(
                row ->
                    new ProvisioningResult.Service(
                        row.getString("type"), row.getUUID("service_id"), row.getString("status")))
            .toList(),
        rows(
                "SELECT key_id, name, scopes FROM control_plane.api_keys WHERE tenant_id = $1 ORDER BY name",
                tenantId)
            .map(
                row ->
                    new ProvisioningResult.ApiKey(
                        row.getUUID("key_id"),
                        row.getString("name"),
                        List.of(row.getArrayOfStrings("scopes"))))
            .toList(),
        tenant.getString("metadata"));
  }

  private Stream<Row> rows(String query, @Nullable Object... parameters) {
    return database.list(row -> row, query, parameters).stream();
  }

  /**
   * Publishes that a tenant was not provisioned, and releases its name unless it stays registered.
   * If its rollback is still in progress, the rollback releases the name when it completes.
   */
  void giveUp(UUID tenantId, String code, boolean keepRegistered) {
    database.transact(
        sql -> {
          for (Row row :
              sql.run(
                  """
                  SELECT name, environment, status
                  FROM control_plane.tenants
                  WHERE tenant_id = $1
                    AND registered_at IS NOT NULL
                  FOR UPDATE
                  """,
                  tenantId)) {
            boolean registered =
                TenantStatus.of(row.getString("status")) == TenantStatus.REGISTERED;
            if (!keepRegistered) {
              sql.send(
                  registered
                      ? "DELETE FROM control_plane.tenants WHERE tenant_id = $1"
                      : "UPDATE control_plane.tenants SET registered_at = NULL WHERE tenant_id = $1",
                  tenantId);
            }
            if (registered || keepRegistered) {
              outbox.append(
                  sql,
                  new TenantEvent.ProvisioningFailed(
                      tenantId, row.getString("name"), row.getString("environment"), code));
            }
          }
        });
  }
}
