package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.tenant.blueprint.Blueprint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Creates the extensions of a blueprint, in the schema {@code public}. Tenantry's roles are not
 * superusers, so only trusted extensions can be created, or ones that a superuser already created.
 */
final class Extensions {

  private static final Logger LOG = Logger.getLogger(Extensions.class);

  /** The extensions among the names in the first parameter that the role may create here. */
  private static final String USABLE =
      """
      SELECT wanted
      FROM unnest(%s::text[]) AS wanted
      JOIN pg_available_extensions AS extension ON extension.name = wanted
      JOIN pg_available_extension_versions AS version
        ON version.name = wanted
        AND version.version = extension.default_version
      WHERE extension.installed_version IS NOT NULL
        OR version.trusted
        OR NOT version.superuser
        OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
      """;

  private Extensions() {}

  /** The extensions among {@code wanted} that cannot be created on this server. */
  static List<String> missing(Database server, List<String> wanted) {
    List<String> missing = new ArrayList<>(wanted);
    missing.removeAll(
        server.list(
            row -> row.getString(0),
            USABLE.formatted("$1"),
            (Object) wanted.toArray(String[]::new)));
    return missing;
  }

  /**
   * Requires that the blueprint's extensions are available on the cluster. The check before the
   * blueprint was stored skipped clusters that were unreachable or not registered yet.
   *
   * @throws TenantryException {@code REGION_UNAVAILABLE}
   */
  static void require(Blueprint blueprint, Cluster cluster) {
    List<String> missing = missing(cluster.admin(), blueprint.requiredExtensions());
    if (!missing.isEmpty()) {
      throw new TenantryException(
          ErrorCode.REGION_UNAVAILABLE,
          "The cluster %s does not provide the extension %s, which the blueprint %s requires; install it on the server."
              .formatted(cluster.name(), String.join(", ", missing), blueprint.name()));
    }
  }

  /** Creates the required extensions, and the optional ones that are available. */
  static void create(Blueprint blueprint, DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String extension : blueprint.requiredExtensions()) {
        create(extension, statement);
      }
      for (String extension : usable(connection, blueprint.optionalExtensions())) {
        createOptional(extension, database);
      }
    }
  }

  /** Uses a new connection: some extensions terminate it if their library is not preloaded. */
  private static void createOptional(String extension, DataSource database) {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      create(extension, statement);
    } catch (SQLException e) {
      LOG.warnf("optional extension skipped extension=%s: %s", extension, e.getMessage());
    }
  }

  private static void create(String extension, Statement statement) throws SQLException {
    statement.execute("CREATE EXTENSION IF NOT EXISTS " + quote(extension) + " SCHEMA public");
  }

  private static List<String> usable(Connection connection, List<String> wanted)
      throws SQLException {
    List<String> usable = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(USABLE.formatted("?"))) {
      query.setArray(1, connection.createArrayOf("text", wanted.toArray()));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          usable.add(rows.getString(1));
        }
      }
    }
    return usable;
  }
}
