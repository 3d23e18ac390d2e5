package io.tenantry.tenant.provisioning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Registers tenants and reserves their names before they are provisioned. */
@Singleton
public final class Registrations {

  private final Database database;
  private final ObjectMapper mapper;

  Registrations(Database database, ObjectMapper mapper) {
    this.database = database;
    this.mapper = mapper;
  }

  /**
   * Registers a tenant in the caller's transaction; an existing tenant with this id is not changed.
   *
   * @throws TenantryException {@code TENANT_NAME_TAKEN} or {@code EXTERNAL_ID_TAKEN}
   */
  public void add(Sql transaction, Registration tenant) {
    try {
      transaction.run(
          """
          INSERT INTO control_plane.tenants
            (tenant_id, name, environment, status, blueprint, blueprint_version, region, owner_id,
             organization_id, external_id, metadata, registered_at)
          VALUES ($1, $2, $3, 'registered', $4, $5, $6, $7, $8, $9, $10::text::jsonb, now())
          ON CONFLICT (tenant_id) DO NOTHING
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
          json(mapper, tenant.owner().metadata()));
    } catch (SqlError e) {
      throw refusal(e, tenant);
    }
  }

  /** Converts the error of a failed insert: the name or the external id may be taken. */
  static RuntimeException refusal(SqlError error, Registration tenant) {
    if (error.violatesUnique("tenants_name_taken")) {
      return new TenantryException(
          ErrorCode.TENANT_NAME_TAKEN,
          "The tenant %s already exists in %s; choose another name."
              .formatted(tenant.name(), tenant.environment()));
    }
    return takenExternalId(error, tenant.owner().externalId()).orElse(error);
  }

  /** The error for a statement that failed because another tenant has this external id. */
  public static Optional<RuntimeException> takenExternalId(
      SqlError error, @Nullable String externalId) {
    return error.violatesUnique("tenants_external_id_taken")
        ? Optional.of(
            new TenantryException(
                ErrorCode.EXTERNAL_ID_TAKEN,
                "Another tenant has the external id %s; list it with ?external_id=%s."
                    .formatted(externalId, externalId)))
        : Optional.empty();
  }

  /** Deletes a tenant that is only registered, leaving a tombstone; false if it is not. */
  public boolean withdraw(UUID tenantId) {
    return database.changedOne(
        """
        UPDATE control_plane.tenants
        SET status = 'deleted', deleted_at = now(), updated_at = now(), registered_at = NULL
        WHERE tenant_id = $1
          AND status = 'registered'
        """,
        tenantId);
  }

  static String json(ObjectMapper mapper, Map<String, Object> fields) {
    try {
      return mapper.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
