package io.tenantry.backup.tenant;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ConnectionString;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantEntry;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how tenants log in from the registry, to recreate roles that a server has lost. */
@Singleton
public final class TenantLogins {

  /** The connection limit in {@code blueprint.yaml}. */
  private static final Pattern CONNECTION_LIMIT =
      Pattern.compile("(?m)^connection_limit:\\s*(\\d+)\\s*(?:#.*)?$");

  /** tenant-service's default, for blueprints without a limit. */
  private static final int DEFAULT_CONNECTION_LIMIT = 20;

  private final TenantDirectory tenants;
  private final Database database;

  TenantLogins(TenantDirectory tenants, Database database) {
    this.tenants = tenants;
    this.database = database;
  }

  /**
   * A tenant's login.
   *
   * @param credentials the role and password of its connection string; empty if it never had one
   * @param permitted whether it may log in at the moment
   * @param connectionLimit connections it may have at once
   */
  public record TenantLogin(
      Optional<Credentials> credentials, boolean permitted, int connectionLimit) {}

  /** A role and its password. */
  public record Credentials(String role, String password) {

    @Override
    public String toString() {
      return "Credentials[" + role + "]";
    }
  }

  /**
   * Returns the login of a tenant.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}
   */
  public TenantLogin get(UUID tenantId) {
    TenantEntry tenant =
        tenants
            .find(tenantId)
            .orElseThrow(
                () ->
                    new TenantryException(
                        ErrorCode.TENANT_NOT_FOUND, "There is no tenant " + tenantId + "."));
    return new TenantLogin(
        tenants.connection(tenant).map(TenantLogins::credentials),
        tenant.active(),
        connectionLimit(tenant));
  }

  private static Credentials credentials(ConnectionString connection) {
    PgConnectOptions options = PgConnectOptions.fromUri(connection.url());
    return new Credentials(options.getUser(), connection.password());
  }

  private int connectionLimit(TenantEntry tenant) {
    for (Row row :
        database.run(
            """
            SELECT content ->> 'blueprint.yaml'
            FROM control_plane.blueprints_v1
            WHERE name = $1
              AND version = $2
            """,
            tenant.blueprint(),
            tenant.blueprintVersion())) {
      Matcher limit = CONNECTION_LIMIT.matcher(Optional.ofNullable(row.getString(0)).orElse(""));
      if (limit.find()) {
        return Integer.parseInt(limit.group(1));
      }
    }
    return DEFAULT_CONNECTION_LIMIT;
  }
}
