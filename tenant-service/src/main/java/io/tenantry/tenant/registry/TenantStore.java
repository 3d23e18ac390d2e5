package io.tenantry.tenant.registry;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.QueryConditions;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.tenant.TenantStatus;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads tenants from the control database. */
@Singleton
final class TenantStore {

  /**
   * The condition is inside the subquery, so that only matching tenants are joined; the limits
   * prevent PostgreSQL from reading the joined tables in full for one page.
   */
  private static final String SELECT_TENANTS =
      """
      SELECT tenant_id, name, environment, status, blueprint, blueprint_version, region,
        owner_id, organization_id, external_id, metadata::text AS metadata, created_at, updated_at, deleted_at,
        cluster, host, port, database_name, schema_name, role_name, credentials_version,
        final_backup, requested_at, deadline, backup_id, failure,
        ARRAY(
          SELECT type
          FROM control_plane.tenant_services
          WHERE tenant_services.tenant_id = tenants.tenant_id
          ORDER BY type
        ) AS services
      FROM (
        SELECT *
        FROM control_plane.tenants
        %1$s
        ORDER BY %2$s
        %3$s
      ) AS tenants
      LEFT JOIN LATERAL (
        SELECT cluster, host, port, database_name, schema_name, role_name,
          left(encode(sha256(connection_string_encrypted), 'hex'), 16) AS credentials_version
        FROM control_plane.tenant_databases
        WHERE tenant_databases.tenant_id = tenants.tenant_id
        LIMIT 1
      ) AS place ON true
      LEFT JOIN LATERAL (
        SELECT final_backup, requested_at, deadline, backup_id, failure
        FROM control_plane.deletions
        WHERE deletions.tenant_id = tenants.tenant_id
        LIMIT 1
      ) AS deletion ON true
      ORDER BY %2$s
      """;

  static final String ONE_TENANT =
      SELECT_TENANTS.formatted("WHERE tenant_id = $1", "tenant_id", "");
  static final String BY_EXTERNAL_ID =
      SELECT_TENANTS.formatted("WHERE external_id = $1 AND status <> 'deleted'", "tenant_id", "");

  /** Triggers keep the counts. */
  static final String COUNT =
      """
      SELECT status, environment, sum(tenants)::bigint AS count
      FROM control_plane.tenant_count_changes
      GROUP BY status, environment
      HAVING sum(tenants) > 0
      ORDER BY status, environment
      """;

  private final Database database;

  TenantStore(Database database) {
    this.database = database;
  }

  Optional<Tenant> find(UUID tenantId) {
    return find(database, tenantId);
  }

  /** {@link #find(UUID)} within a transaction. */
  Optional<Tenant> find(Sql sql, UUID tenantId) {
    return sql.first(TenantStore::tenant, ONE_TENANT, tenantId);
  }

  /** The tenant with this external id that is not deleted. */
  Optional<Tenant> findByExternalId(String externalId) {
    return database.first(TenantStore::tenant, BY_EXTERNAL_ID, externalId);
  }

  /**
   * Those of these tenants that are not provisioned or deleted yet, or to which a change is still
   * applied on the cluster.
   */
  List<UUID> changing(UUID[] ids) {
    return database.list(
        row -> row.getUUID(0),
        """
        SELECT tenant_id
        FROM control_plane.tenants
        WHERE tenant_id = ANY ($1)
          AND (
            status IN ('registered', 'provisioning', 'rolling_back', 'deleting')
            OR lease_expires_at IS NOT NULL
          )
        """,
        (Object) ids);
  }

  List<Tenant.StepState> steps(UUID tenantId) {
    return database.list(
        TenantStore::step,
        """
        SELECT step, status, attempts, started_at, finished_at
        FROM control_plane.provisioning_steps
        WHERE tenant_id = $1
        ORDER BY position
        """,
        tenantId);
  }

  /** A page of tenants. */
  Page<Tenant> list(TenantFilter filter, TenantOrder order, int limit) {
    Query query = listing(filter, order, limit);
    return Page.of(
        database.list(TenantStore::tenant, query.sql(), query.parameters().toArray()),
        limit,
        order::positionOf);
  }

  TenantCounts count() {
    return TenantCounts.of(
        database.list(
            row ->
                new TenantCounts.TenantCount(
                    TenantStatus.of(row.getString("status")),
                    row.getString("environment"),
                    row.getLong("count")),
            COUNT));
  }

  /**
   * Replaces the changes of which the counts are the sum, if there are more than so many: reading
   * them is to cost less than reading the tenants.
   */
  void sumUpCounts(int changes) {
    database.run(
        """
        SELECT control_plane.count_tenants()
        WHERE (SELECT count(*) FROM control_plane.tenant_count_changes) > $1
        """,
        changes);
  }

  /** A query and its parameters. */
  record Query(String sql, List<@Nullable Object> parameters) {}

  /** The query of a page and one more tenant. */
  static Query listing(TenantFilter filter, TenantOrder order, int limit) {
    QueryConditions conditions = new QueryConditions();
    if (filter.status() == null) {
      conditions.and("status <> 'deleted'");
    }
    conditions
        .and("status = $%d", filter.status())
        .and("environment = $%d", filter.environment())
        .and("blueprint = $%d", filter.blueprint())
        .and("region = $%d", filter.region())
        .and("name = $%d", filter.name())
        .and("external_id = $%d", filter.externalId())
        // Names are ASCII in the collation "C": all with the prefix x sort between x and x~.
        .and("name >= $%d", filter.namePrefix())
        .and("name < $%d || '~'", filter.namePrefix());
    order.startAfter(conditions);
    return new Query(
        SELECT_TENANTS.formatted(
            "WHERE true\n" + conditions, order.terms(), "LIMIT " + conditions.bind(limit + 1)),
        conditions.values());
  }

  private static Tenant tenant(Row row) {
    return new Tenant(
        row.getUUID("tenant_id"),
        row.getString("name"),
        row.getString("environment"),
        TenantStatus.of(row.getString("status")),
        row.getString("blueprint"),
        row.getString("blueprint_version"),
        row.getString("region"),
        Optional.ofNullable(row.getString("database_name")).map(name -> address(row, name)),
        List.of(row.getArrayOfStrings("services")),
        Optional.ofNullable(row.getString("owner_id")),
        Optional.ofNullable(row.getString("organization_id")),
        Optional.ofNullable(row.getString("external_id")),
        row.getString("metadata"),
        Columns.instant(row, "created_at"),
        Columns.instant(row, "updated_at"),
        Columns.optionalInstant(row, "deleted_at"),
        Columns.optionalInstant(row, "requested_at").map(requestedAt -> deletion(row, requestedAt)),
        Optional.empty(),
        Optional.empty());
  }

  private static Tenant.DatabaseAddress address(Row row, String name) {
    return new Tenant.DatabaseAddress(
        row.getString("cluster"),
        row.getString("host"),
        row.getInteger("port"),
        name,
        Optional.ofNullable(row.getString("schema_name")),
        row.getString("role_name"),
        Optional.ofNullable(row.getString("credentials_version")));
  }

  private static Tenant.Deletion deletion(Row row, Instant requestedAt) {
    boolean finalBackup = row.getBoolean("final_backup");
    return new Tenant.Deletion(
        finalBackup,
        requestedAt,
        Columns.optionalInstant(row, "deadline").filter(deadline -> finalBackup),
        Optional.ofNullable(row.getUUID("backup_id")),
        Optional.ofNullable(row.getString("failure")));
  }

  private static Tenant.StepState step(Row row) {
    return new Tenant.StepState(
        row.getString("step"),
        row.getString("status"),
        row.getInteger("attempts"),
        Columns.optionalInstant(row, "started_at"),
        Columns.optionalInstant(row, "finished_at"));
  }
}
