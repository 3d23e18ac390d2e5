package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.tenant.blueprint.Blueprint;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/** Fills an empty database with a blueprint's content: privileges, extensions and migrations. */
final class TemplateContent {

  static final String HISTORY = "flyway_schema_history";

  private final Blueprint blueprint;
  private final DataSource database;
  private final Optional<ZoneId> zone;

  TemplateContent(Blueprint blueprint, DataSource database) {
    this(blueprint, database, Optional.empty());
  }

  /** Runs the migrations in this time zone, by default UTC. */
  TemplateContent(Blueprint blueprint, DataSource database, Optional<ZoneId> zone) {
    this.blueprint = blueprint;
    this.database = database;
    this.zone = zone;
  }

  /** Creates everything except the migrations. */
  void prepare() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          REVOKE CREATE ON SCHEMA public FROM PUBLIC;
          GRANT USAGE ON SCHEMA public TO %1$s;
          CREATE SCHEMA IF NOT EXISTS %2$s;
          GRANT USAGE ON SCHEMA %2$s TO %1$s;
          ALTER DEFAULT PRIVILEGES IN SCHEMA %2$s GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %1$s;
          ALTER DEFAULT PRIVILEGES IN SCHEMA %2$s GRANT USAGE, SELECT ON SEQUENCES TO %1$s;
          """
              .formatted(ClusterRoles.APP, quote(blueprint.templateSchema())));
    }
    Extensions.create(blueprint, database);
  }

  /** The SQL that sets the time zone before each migration. */
  static String setZone(Optional<ZoneId> zone) {
    return "SET TIME ZONE "
        + zone.map(offset -> "INTERVAL '" + offset + "' HOUR TO MINUTE").orElse("'UTC'");
  }

  /** Flyway, configured with this blueprint's migrations and this database. */
  Flyway flyway() {
    FluentConfiguration configuration =
        Flyway.configure(TemplateContent.class.getClassLoader())
            .dataSource(database)
            .defaultSchema(blueprint.templateSchema())
            .createSchemas(false)
            .resourceProvider(new BlueprintMigrations(blueprint))
            .javaMigrationClassProvider(List::of)
            .initSql(setZone(zone))
            .callbacks(new RestoreSessionCallback());
    // Flyway's default lock is an open transaction, which CREATE INDEX CONCURRENTLY waits for.
    configuration
        .getPluginRegister()
        .getExact(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    return configuration.load();
  }

  /** Runs the migrations, and revokes write access to their history from tenants. */
  void migrate() throws SQLException {
    if (blueprint.migrations().isEmpty()) {
      // Flyway would not create its history table.
      return;
    }
    flyway().migrate();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "REVOKE INSERT, UPDATE, DELETE ON %s.%s FROM %s"
              .formatted(quote(blueprint.templateSchema()), HISTORY, ClusterRoles.APP));
    }
  }
}
