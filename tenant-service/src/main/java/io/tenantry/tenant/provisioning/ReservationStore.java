package io.tenantry.tenant.provisioning;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.tenant.blueprint.Blueprint;
import jakarta.inject.Singleton;
import java.util.List;

/** Stores the reservation of a tenant before its data is created. */
@Singleton
final class ReservationStore {

  /** Raised by the trigger {@code take_place} on {@code tenant_databases}. */
  private static final String CLUSTER_FULL = "TN001";

  /** Inserts the rows of a tenant's database, quotas, services and steps. */
  private static final String INSERT_PARTS =
      """
      WITH tenant_database AS (
        INSERT INTO control_plane.tenant_databases
          (tenant_id, cluster, host, port, database_name, schema_name, role_name)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
      ), quotas AS (
        INSERT INTO control_plane.tenant_resources (tenant_id, resource, quota)
        VALUES ($1, 'databases', $8), ($1, 'api_keys', $9), ($1, 'services', $10)
        ON CONFLICT (tenant_id, resource) DO UPDATE SET quota = excluded.quota
      ), services AS (
        INSERT INTO control_plane.tenant_services (tenant_id, type, status)
        SELECT $1, type, 'pending'
        FROM unnest($11::text[]) AS type
        ON CONFLICT (tenant_id, type) DO UPDATE SET status = 'pending', registered = false
      )
      INSERT INTO control_plane.provisioning_steps (tenant_id, step, position)
      SELECT $1, step, position
      FROM unnest($12::text[]) WITH ORDINALITY AS steps (step, position)
      ON CONFLICT (tenant_id, step) DO UPDATE
      SET status = 'pending', attempts = 0, error = NULL, started_at = NULL, finished_at = NULL
      """;

  private final Database database;
  private final Leases leases;
  private final ObjectMapper mapper;

  ReservationStore(Database database, Leases leases, ObjectMapper mapper) {
    this.database = database;
    this.leases = leases;
    this.mapper = mapper;
  }

  /**
   * Reserves the name, and capacity on the cluster.
   *
   * @return false if the cluster is full or draining
   * @throws TenantryException {@code TENANT_NAME_TAKEN}, {@code EXTERNAL_ID_TAKEN}, or {@code
   *     TENANT_BUSY} if the tenant is no longer registered
   */
  boolean reserve(Provisioning work, List<StepName> steps) {
    try {
      database.transact(sql -> reserve(sql, work, steps));
      return true;
    } catch (SqlError e) {
      if (isClusterFull(e)) {
        return false;
      }
      throw e;
    }
  }

  /** Whether a transaction was not committed because the cluster is full or draining. */
  static boolean isClusterFull(SqlError e) {
    return e.sqlState().equals(CLUSTER_FULL);
  }

  /** {@link #reserve} in the caller's transaction, whose commit fails if the cluster is full. */
  void reserve(Sql sql, Provisioning work, List<StepName> steps) {
    insertTenant(sql, work);
    sql.send(INSERT_PARTS, parts(work, steps));
  }

  private void insertTenant(Sql sql, Provisioning work) {
    Registration tenant = work.tenant().registration();
    int inserted;
    try {
      inserted =
          sql.changed(
              """
              INSERT INTO control_plane.tenants
                (tenant_id, name, environment, blueprint, blueprint_version, region,
                 owner_id, organization_id, external_id, metadata,
                 status, lease_owner, lease_expires_at, provisioning_job_id)
              VALUES
                ($1, $2, $3, $4, $5, $6,
                 $7, $8, $9, $10::text::jsonb,
                 'provisioning', $11, now() + make_interval(secs => $12), $13)
              ON CONFLICT (tenant_id) DO UPDATE
              SET status = excluded.status, blueprint_version = excluded.blueprint_version,
                region = excluded.region, owner_id = excluded.owner_id,
                organization_id = excluded.organization_id,
                lease_owner = excluded.lease_owner, lease_expires_at = excluded.lease_expires_at,
                provisioning_job_id = excluded.provisioning_job_id, updated_at = now()
              WHERE tenants.status = 'registered'
              """,
              tenant.tenantId(),
              tenant.name(),
              tenant.environment(),
              tenant.blueprint().name(),
              tenant.blueprint().version(),
              tenant.region(),
              tenant.owner().ownerId(),
              tenant.owner().organizationId(),
              tenant.owner().externalId(),
              Registrations.json(mapper, tenant.owner().metadata()),
              leases.replica(),
              leases.seconds(),
              work.requester().jobId());
    } catch (SqlError e) {
      throw Registrations.refusal(e, tenant);
    }
    if (inserted == 0) {
      throw new TenantryException(
          ErrorCode.TENANT_BUSY, "The tenant is not registered; it cannot be provisioned.");
    }
  }

  /** The parameters of {@link #INSERT_PARTS}. */
  private static Object[] parts(Provisioning work, List<StepName> steps) {
    LocationPlan location = work.location();
    Blueprint.Quotas quotas = work.tenant().blueprint().quotas();
    return new Object[] {
      work.tenantId(),
      location.cluster().name(),
      location.cluster().host(),
      location.cluster().port(),
      location.database(),
      location.schema(),
      location.credentials().role(),
      quotas.databases(),
      quotas.apiKeys(),
      quotas.services(),
      work.tenant().services().toArray(String[]::new),
      steps.stream().map(StepName::toString).toArray(String[]::new)
    };
  }
}
