package io.tenantry.tenant.provisioning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.tenant.apikey.ApiKeys;
import io.tenantry.tenant.apikey.KeyDeliveries;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The persisted state of provisioning.
 *
 * <p>Easy to get wrong: every change of a tenant's state names the states it may come from, so that
 * of two workers on one tenant, after a lease ran out, only one changes it.
 */
@Singleton
final class ProvisioningStore {

  /** Raised by the trigger {@code take_place} on {@code tenant_databases}. */
  private static final String NO_PLACE = "TN001";

  private final Database database;
  private final Leases leases;
  private final KeyRing keyRing;
  private final ApiKeys apiKeys;
  private final KeyDeliveries keyDeliveries;
  private final Outbox outbox;
  private final ObjectMapper mapper;

  ProvisioningStore(
      Database database,
      Leases leases,
      KeyRing keyRing,
      ApiKeys apiKeys,
      KeyDeliveries keyDeliveries,
      Outbox outbox,
      ObjectMapper mapper) {
    this.database = database;
    this.leases = leases;
    this.keyRing = keyRing;
    this.apiKeys = apiKeys;
    this.keyDeliveries = keyDeliveries;
    this.outbox = outbox;
    this.mapper = mapper;
  }

  /**
   * Takes the name and a place on the cluster, and writes down what is about to be made, before
   * anything is.
   *
   * @return whether the cluster had a place
   * @throws TenantryException {@code TENANT_NAME_TAKEN}, or {@code TENANT_BUSY} if a registered
   *     tenant is not that any more
   */
  boolean reserve(Provisioning work, List<StepName> steps) {
    try {
      reserve(database, work, steps);
      return true;
    } catch (SqlError e) {
      if (saysNoPlace(e)) {
        return false;
      }
      throw e;
    }
  }

  /** Whether a transaction could not be committed because the cluster has no place. */
  static boolean saysNoPlace(SqlError e) {
    return e.sqlState().equals(NO_PLACE);
  }

  /** {@link #reserve} in the caller's transaction, whose end tells whether there is a place. */
  void reserve(Sql sql, Provisioning work, List<StepName> steps) {
    insert(
        sql, work, new Standing("provisioning", leases.replica(), leases.seconds(), null), steps);
  }

  /**
   * Makes one a tenant whose home is ready: all that {@link #reserve} and {@link #activate} do, but
   * for the steps. The end of the transaction tells whether there is a place.
   *
   * @throws TenantryException {@code TENANT_NAME_TAKEN}
   */
  void admit(Sql sql, Provisioning work) {
    insert(sql, work, new Standing("active", null, null, encryptedConnection(work)), List.of());
    storeKeys(sql, work);
    outbox.append(sql, provisioned(work.tenant()));
    work.witness().activated(sql, work.tenant().tenantId());
  }

  /**
   * How far a tenant is when its row is written.
   *
   * @param leaseOwner who works on it; null if nobody does
   * @param leaseSeconds for how long; null if nobody does
   * @param connection its encrypted connection string; null if it is not to be had yet
   */
  private record Standing(String status, UUID leaseOwner, Double leaseSeconds, Buffer connection) {}

  private void insert(Sql sql, Provisioning work, Standing standing, List<StepName> steps) {
    NewTenant tenant = work.tenant();
    Home home = work.home();
    try {
      int inserted =
          sql.run(
                  """
                  WITH tenant AS (
                    INSERT INTO control_plane.tenants
                      (tenant_id, name, environment, status, blueprint, blueprint_version, region,
                       owner_id, organization_id, metadata, lease_owner, lease_expires_at,
                       provisioning_job_id)
                    VALUES
                      ($1, $2, $3, $24, $4, $5, $6,
                       $7, $8, $9::text::jsonb, $10, now() + make_interval(secs => $11), $18)
                    ON CONFLICT (tenant_id) DO UPDATE
                    SET status = excluded.status, blueprint_version = excluded.blueprint_version,
                      region = excluded.region, owner_id = excluded.owner_id,
                      organization_id = excluded.organization_id,
                      lease_owner = excluded.lease_owner, lease_expires_at = excluded.lease_expires_at,
                      provisioning_job_id = excluded.provisioning_job_id, updated_at = now()
                    WHERE tenants.status = 'registered'
                    RETURNING tenant_id
                  ), tenant_database AS (
                    INSERT INTO control_plane.tenant_databases
                      (tenant_id, cluster, host, port, database_name, schema_name, role_name,
                       connection_string_encrypted, encryption_key_id)
                    SELECT tenant_id, $12, $13, $14, $15, $16, $17, $25, $26
                    FROM tenant
                  ), quotas AS (
                    INSERT INTO control_plane.tenant_resources (tenant_id, resource, quota)
                    SELECT tenant_id, resource, quota
                    FROM tenant, (VALUES ('databases', $20::int), ('api_keys', $21), ('services', $22))
                      AS quotas (resource, quota)
                    ON CONFLICT (tenant_id, resource) DO UPDATE SET quota = excluded.quota
                  ), services AS (
                    INSERT INTO control_plane.tenant_services (tenant_id, type, status)
                    SELECT tenant_id, type, 'pending'
                    FROM tenant, unnest($23::text[]) AS type
                    ON CONFLICT (tenant_id, type) DO UPDATE SET status = 'pending', registered = false
                  ), steps AS (
                    INSERT INTO control_plane.provisioning_steps (tenant_id, step, position)
                    SELECT tenant_id, step, position
                    FROM tenant, unnest($19::text[]) WITH ORDINALITY AS steps (step, position)
                    ON CONFLICT (tenant_id, step) DO UPDATE
                    SET status = 'pending', attempts = 0, error = NULL, started_at = NULL, finished_at = NULL
                  )
                  SELECT FROM tenant
                  """,
                  tenant.tenantId(),
                  tenant.name(),
                  tenant.environment(),
                  tenant.blueprint().name(),
                  tenant.blueprint().version(),
                  tenant.region(),
                  tenant.ownerId(),
                  tenant.organizationId(),
                  json(tenant.metadata()),
                  standing.leaseOwner(),
                  standing.leaseSeconds(),
                  home.cluster().name(),
                  home.cluster().host(),
                  home.cluster().port(),
                  home.database(),
                  home.schema().orElse(null),
                  home.credentials().role(),
                  work.jobId().orElse(null),
                  steps.stream().map(StepName::toString).toArray(String[]::new),
                  tenant.blueprint().quotas().databases(),
                  tenant.blueprint().quotas().apiKeys(),
                  tenant.blueprint().quotas().services(),
                  tenant.services().toArray(String[]::new),
                  standing.status(),
                  standing.connection(),
                  standing.connection() == null ? null : keyId(standing.connection()))
              .rowCount();
      if (inserted == 0) {
        throw new TenantryException(
            ErrorCode.TENANT_BUSY, "The tenant is not waiting to be provisioned.");
      }
    } catch (SqlError e) {
      throw e.violatesUnique("tenants_name_taken") ? nameTaken(tenant) : e;
    }
  }

  private static RuntimeException nameTaken(NewTenant tenant) {
    return new TenantryException(
        ErrorCode.TENANT_NAME_TAKEN,
        "There is a tenant %s in %s already.".formatted(tenant.name(), tenant.environment()));
  }

  /**
   * Writes down, for whoever looks, which steps are done. What counts is {@link #activate}, so this
   * need not wait for the disk.
   */
  void note(UUID tenantId, List<Job.Step> steps) {
    database.transact(
        sql -> {
          sql.send("SET LOCAL synchronous_commit = off");
          complete(sql, tenantId, steps);
        });
  }

  private static void complete(Sql sql, UUID tenantId, List<Job.Step> steps) {
    sql.send(
        """
        INSERT INTO control_plane.provisioning_steps
          (tenant_id, step, position, status, attempts, started_at, finished_at)
        SELECT $1, step, position, 'completed', attempts, started_at, finished_at
        FROM unnest($2::text[], $3::integer[], $4::timestamptz[], $5::timestamptz[])
          WITH ORDINALITY AS done (step, attempts, started_at, finished_at, position)
        ON CONFLICT (tenant_id, step) DO UPDATE
        SET status = excluded.status, attempts = excluded.attempts,
          started_at = excluded.started_at, finished_at = excluded.finished_at
        """,
        tenantId,
        steps.stream().map(Job.Step::name).toArray(String[]::new),
        steps.stream().map(Job.Step::attempts).toArray(Integer[]::new),
        steps.stream().map(step -> utc(step.startedAt())).toArray(OffsetDateTime[]::new),
        steps.stream()
            .map(step -> utc(step.finishedAt().orElseThrow()))
            .toArray(OffsetDateTime[]::new));
  }

  /**
   * The last step: everything that makes the tenant one, and the event that says so.
   *
   * @param beforeCommit is waited for; what it throws undoes the transaction
   */
  void activate(Provisioning work, Runnable beforeCommit) {
    NewTenant tenant = work.tenant();
    database.transact(
        sql -> {
          storeConnection(sql, tenant.tenantId(), encryptedConnection(work));
          storeKeys(sql, work);
          complete(sql, work);
          outbox.append(sql, provisioned(tenant));
          // Last, so that the row is locked as shortly as can be.
          makeActive(sql, tenant.tenantId());
          work.witness().activated(sql, tenant.tenantId());
          beforeCommit.run();
        });
  }

  /** What recovery rebuilds the tenant's row from, a JSON object for the cluster's catalog. */
  String details(NewTenant tenant) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("name", tenant.name());
    details.put("environment", tenant.environment());
    details.put("blueprint", tenant.blueprint().name());
    details.put("blueprint_version", tenant.blueprint().version());
    details.put("region", tenant.region());
    details.put("owner_id", tenant.ownerId());
    details.put("organization_id", tenant.organizationId());
    details.put("metadata", tenant.metadata());
    return json(details);
  }

  private Buffer encryptedConnection(Provisioning work) {
    return Buffer.buffer(
        keyRing.encrypt(work.home().connectionString(), work.tenant().tenantId().toString()));
  }

  private void storeKeys(Sql sql, Provisioning work) {
    UUID tenantId = work.tenant().tenantId();
    apiKeys.store(sql, tenantId, work.apiKeys());
    work.jobId().ifPresent(job -> keyDeliveries.store(sql, job, tenantId, work.apiKeys()));
  }

  /** Writes down that all steps are done, of which the activation is the last. */
  void complete(Sql sql, Provisioning work) {
    complete(sql, work.tenant().tenantId(), work.log().completedWith(StepName.ACTIVATION));
  }

  private static void storeConnection(Sql sql, UUID tenantId, Buffer encrypted) {
    sql.send(
        """
        UPDATE control_plane.tenant_databases
        SET connection_string_encrypted = $2, encryption_key_id = $3
        WHERE tenant_id = $1
        """,
        tenantId,
        encrypted,
        keyId(encrypted));
  }

  private static int keyId(Buffer encrypted) {
    return KeyRing.keyIdOf(encrypted.getBytes());
  }

  private void makeActive(Sql sql, UUID tenantId) {
    int changed =
        sql.run(
                """
                UPDATE control_plane.tenants
                SET status = 'active', updated_at = now(), registered_at = NULL,
                  lease_owner = NULL, lease_expires_at = NULL
                WHERE tenant_id = $1
                  AND status = 'provisioning'
                  AND lease_owner = $2
                """,
                tenantId,
                leases.replica())
            .rowCount();
    if (changed == 0) {
      throw new IllegalStateException("the lease ran out and another replica took over");
    }
  }

  private static TenantEvent provisioned(NewTenant tenant) {
    return new TenantEvent.Provisioned(
        tenant.tenantId(),
        tenant.name(),
        tenant.environment(),
        tenant.blueprint().name(),
        tenant.blueprint().version(),
        tenant.region(),
        tenant.blueprint().backup());
  }

  /** Whether there is an active tenant of this id. */
  boolean isActive(UUID tenantId) {
    return database
            .run(
                "SELECT FROM control_plane.tenants WHERE tenant_id = $1 AND status = 'active'",
                tenantId)
            .rowCount()
        > 0;
  }

  /** What a rollback finds. */
  enum RollbackStart {
    /** The tenant is marked: from here on it can only vanish. */
    BEGUN,
    /** Another replica has rolled it back, as its lease had run out. */
    ROW_GONE,
    /** It was activated before, and is a tenant like any other. */
    ACTIVATED
  }

  /**
   * Marks a tenant that is being provisioned for removal.
   *
   * @param error what went wrong in which step, if that is known
   */
  RollbackStart beginRollback(UUID tenantId, Optional<StepError> error) {
    return database.inTransaction(
        sql -> {
          error.ifPresent(e -> recordError(sql, tenantId, e));
          for (Row row :
              sql.run(
                  """
                  UPDATE control_plane.tenants
                  SET updated_at = now(),
                    status = CASE status WHEN 'provisioning' THEN 'rolling_back' ELSE status END
                  WHERE tenant_id = $1
                  RETURNING status
                  """,
                  tenantId)) {
            return row.getString("status").equals("rolling_back")
                ? RollbackStart.BEGUN
                : RollbackStart.ACTIVATED;
          }
          return RollbackStart.ROW_GONE;
        });
  }

  private static void recordError(Sql sql, UUID tenantId, StepError error) {
    sql.send(
        """
        UPDATE control_plane.provisioning_steps
        SET status = 'failed', attempts = $4, error = $3, finished_at = now()
        WHERE tenant_id = $1
          AND step = $2
        """,
        tenantId,
        error.step().toString(),
        error.message(),
        error.attempts());
  }

  /**
   * Frees the name after everything was undone, and tells why; a tenant that was registered before
   * is that again, and its job knows.
   */
  void endRollback(UUID tenantId, String code) {
    database.transact(
        sql -> {
          if (registerAgain(sql, tenantId)) {
            return;
          }
          for (Row row :
              sql.run(
                  """
                  DELETE FROM control_plane.tenants
                  WHERE tenant_id = $1
                    AND status = 'rolling_back'
                  RETURNING name, environment
                  """,
                  tenantId)) {
            outbox.append(
                sql,
                new TenantEvent.ProvisioningFailed(
                    tenantId, row.getString("name"), row.getString("environment"), code));
          }
        });
  }

  private static boolean registerAgain(Sql sql, UUID tenantId) {
    boolean registered =
        sql.run(
                    """
                    UPDATE control_plane.tenants
                    SET status = 'registered', updated_at = now(), lease_owner = NULL, lease_expires_at = NULL
                    WHERE tenant_id = $1
                      AND status = 'rolling_back'
                      AND registered_at IS NOT NULL
                    """,
                    tenantId)
                .rowCount()
            == 1;
    if (registered) {
      sql.send("DELETE FROM control_plane.tenant_databases WHERE tenant_id = $1", tenantId);
      sql.send("DELETE FROM control_plane.tenant_services WHERE tenant_id = $1", tenantId);
    }
    return registered;
  }

  /** Where a tenant stands; {@code absent} if there is none. */
  State state(UUID tenantId) {
    for (Row row :
        database.run(
            "SELECT status, provisioning_job_id FROM control_plane.tenants WHERE tenant_id = $1",
            tenantId)) {
      return new State(row.getString(0), Optional.ofNullable(row.getUUID(1)));
    }
    return new State("absent", Optional.empty());
  }

  /** What a job made. */
  ProvisioningResult result(UUID tenantId) {
    Row tenant =
        database
            .run(
                """
                SELECT cluster, host, port, database_name, schema_name, role_name,
                  metadata::text AS metadata
                FROM control_plane.tenants
                JOIN control_plane.tenant_databases USING (tenant_id)
                WHERE tenant_id = $1
                """,
                tenantId)
            .iterator()
            .next();
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

  private Stream<Row> rows(String query, Object... parameters) {
    return StreamSupport.stream(database.run(query, parameters).spliterator(), false);
  }

  /**
   * Tells that a registered tenant will not be provisioned, and frees its name unless it is to stay
   * registered. One whose rollback goes on yet frees it at its end.
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
            boolean registered = row.getString("status").equals("registered");
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

  /** Takes over provisionings whose lease has run out, a few at a time. */
  List<TenantDatabase> takeOver(int atMost) {
    RowSet<Row> rows =
        database.run(
            """
            UPDATE control_plane.tenants AS tenant
            SET lease_owner = $1, lease_expires_at = now() + make_interval(secs => $2)
            FROM control_plane.tenant_databases
            WHERE tenant_databases.tenant_id = tenant.tenant_id
              AND tenant.tenant_id IN (
                SELECT tenant_id
                FROM control_plane.tenants
                WHERE lease_expires_at < now()
                  AND status IN ('provisioning', 'rolling_back')
                ORDER BY lease_expires_at
                LIMIT $3
                FOR UPDATE SKIP LOCKED
              )
            RETURNING tenant.tenant_id, cluster, database_name, schema_name, role_name
            """,
            leases.replica(),
            leases.seconds(),
            atMost);
    return StreamSupport.stream(rows.spliterator(), false).map(TenantDatabase::of).toList();
  }

  private String json(Map<String, Object> object) {
    try {
      return mapper.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /** A tenant's status, and the job that made it, or tries to. */
  record State(String status, Optional<UUID> jobId) {}

  /** What went wrong in which step, after so many attempts. */
  record StepError(StepName step, int attempts, String message) {}
}
