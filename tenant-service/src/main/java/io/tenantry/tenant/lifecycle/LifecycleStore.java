package io.tenantry.tenant.lifecycle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.provisioning.Leases;
import io.tenantry.tenant.provisioning.Registrations;
import io.tenantry.tenant.provisioning.TenantDatabase;
import io.tenantry.tenant.update.TenantUpdateRecords;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Stores status changes of tenants after provisioning.
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>A change is committed here, with a lease, before it is applied on the cluster. If the
 *       replica fails in between, another replica applies the committed status.
 *   <li>Changes of a tenant are sequential: none starts while the lease of another is valid.
 * </ul>
 */
@Singleton
final class LifecycleStore {

  private static final String TARGET =
      """
      cluster, database_name, schema_name, role_name,
      coalesce(login_role, role_name) AS login_role,
      CASE WHEN former_expires_at > now() THEN former_role END AS former_role
      """;

  private final Database database;
  private final Leases leases;
  private final Outbox outbox;
  private final TenantUpdateRecords updates;
  private final ObjectMapper mapper;

  LifecycleStore(
      Database database,
      Leases leases,
      Outbox outbox,
      TenantUpdateRecords updates,
      ObjectMapper mapper) {
    this.database = database;
    this.leases = leases;
    this.outbox = outbox;
    this.updates = updates;
    this.mapper = mapper;
  }

  /** Suspends an active tenant; empty if it is not active, or another change is in progress. */
  Optional<StatusChange> suspend(UUID tenantId) {
    return database.inTransaction(
        sql ->
            start(sql, tenantId, TenantStatus.SUSPENDED, Set.of(TenantStatus.ACTIVE))
                .map(
                    row -> {
                      outbox.append(sql, suspended(row));
                      return change(row);
                    }));
  }

  /** Resumes a suspended tenant; empty if it is not suspended, or another change is in progress. */
  Optional<StatusChange> resume(UUID tenantId) {
    return database.inTransaction(
        sql ->
            start(sql, tenantId, TenantStatus.ACTIVE, Set.of(TenantStatus.SUSPENDED))
                .map(
                    row -> {
                      outbox.append(
                          sql,
                          new TenantEvent.Resumed(
                              tenantId, row.getString("name"), row.getString("environment")));
                      return change(row);
                    }));
  }

  /**
   * Acquires the lease and sets the status, if the tenant has a status in {@code from} and no
   * lease.
   */
  Optional<Row> start(Sql sql, UUID tenantId, TenantStatus status, Set<TenantStatus> from) {
    boolean free =
        sql.exists(
            """
            SELECT FROM control_plane.tenants
            WHERE tenant_id = $1
              AND status = ANY ($2)
              AND (lease_expires_at IS NULL OR lease_expires_at < now())
            FOR UPDATE
            """,
            tenantId,
            from.stream().map(TenantStatus::toString).toArray(String[]::new));
    return free ? start(sql, tenantId, status) : Optional.empty();
  }

  /** Acquires the lease and sets the status; the caller has locked the row. */
  Optional<Row> start(Sql sql, UUID tenantId, TenantStatus status) {
    return sql.first(
        row -> row,
        """
            UPDATE control_plane.tenants AS tenant
            SET status = $2, updated_at = now(),
              lease_owner = $3, lease_expires_at = now() + make_interval(secs => $4)
            FROM control_plane.tenant_databases
            WHERE tenant.tenant_id = $1
              AND tenant_databases.tenant_id = $1
            RETURNING tenant.tenant_id, name, environment, status,\s
            """
            + TARGET,
        tenantId,
        status.toString(),
        leases.replica(),
        leases.seconds());
  }

  /**
   * Completes a change that was applied on the cluster. If this replica has lost the lease, a later
   * change may have been overwritten on the cluster, so the change is scheduled to be applied
   * again.
   */
  void complete(UUID tenantId) {
    database.run(
        """
        UPDATE control_plane.tenants
        SET lease_owner = CASE WHEN lease_owner = $2 THEN NULL ELSE $2 END,
          lease_expires_at = CASE WHEN lease_owner = $2 THEN NULL ELSE now() END
        WHERE tenant_id = $1
          AND status IN ('active', 'suspended')
          AND (lease_owner = $2 OR lease_owner IS NULL)
        """,
        tenantId,
        leases.replica());
  }

  /**
   * Takes over up to {@code atMost} changes whose lease has expired, except those that this replica
   * is still working on.
   */
  List<StatusChange> takeOver(int atMost) {
    return database.list(
        LifecycleStore::change,
        """
            UPDATE control_plane.tenants AS tenant
            SET lease_owner = $1, lease_expires_at = now() + make_interval(secs => $2)
            FROM control_plane.tenant_databases
            WHERE tenant_databases.tenant_id = tenant.tenant_id
              AND tenant.tenant_id IN (
                SELECT tenant_id
                FROM control_plane.tenants
                WHERE lease_expires_at < now()
                  AND status IN ('active', 'suspended', 'deleting')
                  AND tenant_id <> ALL ($4)
                ORDER BY lease_expires_at
                LIMIT $3
                FOR UPDATE SKIP LOCKED
              )
            RETURNING tenant.tenant_id, status,\s
            """
            + TARGET,
        leases.replica(),
        leases.seconds(),
        atMost,
        leases.held());
  }

  /**
   * Changes a tenant's name, fields of its metadata, and its external id.
   *
   * @return false if there is no active or suspended tenant with this id
   * @throws TenantryException {@code TENANT_NAME_TAKEN}, or {@code EXTERNAL_ID_TAKEN} if another
   *     tenant has the external id, or this tenant another one
   */
  boolean update(UUID tenantId, UpdateTenant changes) {
    Optional<String> externalId = changes.newExternalId();
    try {
      return database.inTransaction(sql -> update(sql, tenantId, changes, externalId));
    } catch (SqlError e) {
      if (e.violatesUnique("tenants_name_taken")) {
        throw new TenantryException(
            ErrorCode.TENANT_NAME_TAKEN,
            "The tenant %s already exists in this environment; choose another name."
                .formatted(changes.name()));
      }
      throw Registrations.takenExternalId(e, externalId.orElse(null)).orElse(e);
    }
  }

  private boolean update(
      Sql sql, UUID tenantId, UpdateTenant changes, Optional<String> externalId) {
    Optional<Optional<String>> current =
        sql.first(
            row -> Optional.ofNullable(row.getString("external_id")),
            """
            SELECT external_id
            FROM control_plane.tenants
            WHERE tenant_id = $1
              AND status IN ('active', 'suspended')
            FOR UPDATE
            """,
            tenantId);
    if (current.isEmpty()) {
      return false;
    }
    if (externalId.isPresent() && current.get().isPresent() && !current.get().equals(externalId)) {
      throw new TenantryException(
          ErrorCode.EXTERNAL_ID_TAKEN,
          "The tenant has the external id %s; clear it first.".formatted(current.get().get()));
    }
    List<String> changed =
        sql.one(
            row -> List.of(row.getArrayOfStrings("changed")),
            """
            UPDATE control_plane.tenants AS tenant
            SET name = coalesce($2, tenant.name),
              metadata = (tenant.metadata || $3::text::jsonb) - $4::text[],
              external_id = CASE WHEN $5 THEN $6 ELSE tenant.external_id END,
              updated_at = now()
            FROM control_plane.tenants AS before
            WHERE tenant.tenant_id = $1
              AND before.tenant_id = $1
            RETURNING array_remove(
              ARRAY[
                CASE WHEN tenant.name <> before.name THEN 'name' END,
                CASE WHEN tenant.metadata <> before.metadata THEN 'metadata' END,
                CASE WHEN tenant.external_id IS DISTINCT FROM before.external_id THEN 'external_id' END
              ],
              NULL
            ) AS changed
            """,
            tenantId,
            changes.name(),
            json(changes.setFields()),
            changes.removedFields().toArray(String[]::new),
            changes.hasExternalId(),
            externalId);
    updates.publish(sql, tenantId, changed);
    return true;
  }

  static TenantEvent suspended(Row tenant) {
    return new TenantEvent.Suspended(
        tenant.getUUID("tenant_id"), tenant.getString("name"), tenant.getString("environment"));
  }

  static StatusChange change(Row row) {
    return new StatusChange(
        TenantStatus.of(row.getString("status")),
        new TenantDatabase(
            row.getUUID("tenant_id"),
            row.getString("cluster"),
            row.getString("database_name"),
            Optional.ofNullable(row.getString("schema_name")),
            row.getString("role_name")),
        Stream.of(row.getString("login_role"), row.getString("former_role"))
            .filter(Objects::nonNull)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private String json(Map<String, Object> fields) {
    try {
      return mapper.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
