package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.migration.DeferredConstraints;
import io.tenantry.kernel.migration.JdbcScript;
import io.tenantry.kernel.migration.MigrationScript;
import io.tenantry.kernel.migration.ScriptPart;
import io.tenantry.kernel.runtime.Maps;
import io.tenantry.tenant.blueprint.Blueprint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.internal.util.AbbreviationUtils;

/**
 * Runs a blueprint's migrations in a schema and writes the history that Flyway would write, all in
 * one transaction, which Flyway itself cannot do.
 *
 * @param migrations the migrations in Flyway's order
 */
record SchemaScript(List<Migration> migrations) {

  /** A migration with the values of its row in Flyway's history. */
  private record Migration(
      Optional<String> version,
      String description,
      String type,
      String script,
      int checksum,
      MigrationScript sql) {}

  /**
   * Gets the order, names and checksums of a blueprint's migrations from Flyway.
   *
   * @param database any database without the blueprint's template schema
   */
  static SchemaScript of(Blueprint blueprint, DataSource database) {
    Map<String, MigrationScript> scripts =
        blueprint.migrations().stream()
            .filter(migration -> !migration.isUndo() && !migration.isConfig())
            .collect(
                Collectors.toMap(
                    Blueprint.Migration::fileName,
                    migration ->
                        MigrationScript.parse(
                            migration.sql(), blueprint.config(migration.fileName()))));
    return new SchemaScript(
        Stream.of(new TemplateContent(blueprint, database).flyway().info().all())
            .map(info -> migration(info, scripts))
            .toList());
  }

  private static Migration migration(MigrationInfo info, Map<String, MigrationScript> scripts) {
    return new Migration(
        Optional.ofNullable(info.getVersion()).map(MigrationVersion::getVersion),
        AbbreviationUtils.abbreviateDescription(info.getDescription()),
        info.getType().name(),
        info.getScript(),
        info.getChecksum(),
        Maps.require(scripts, info.getScript()));
  }

  /** Creates the schema, owned by the role of the connection. */
  static void create(Connection connection, String schema) throws SQLException {
    JdbcScript.run(connection, ScriptPart.statements("CREATE SCHEMA " + quote(schema)));
  }

  /**
   * Fills a created schema. The role of the connection owns the schema and must no longer be able
   * to create schemas, like the role of an existing tenant during a migration.
   *
   * @param connection a connection with an open transaction; its search path is undefined
   *     afterwards
   * @param role the role that may use the objects, but not change the schema or its history
   */
  void fill(Connection connection, String schema, String role) throws SQLException {
    List<ScriptPart> parts = new ArrayList<>();
    parts.add(ScriptPart.statements(beginning(schema, role)));
    boolean deferring = false;
    for (int i = 0; i < migrations.size(); i++) {
      parts.addAll(ScriptPart.of(migrations.get(i).sql()));
      deferring |= migrations.get(i).sql().defersConstraints();
      parts.add(ScriptPart.statements(ending(i, schema, deferring)));
    }
    JdbcScript.run(connection, ScriptPart.joined(parts));
  }

  /**
   * {@link #fill} statement by statement, to locate errors.
   *
   * @throws StatementFailed with the migration and the failed statement
   */
  void tryOut(Connection connection, String schema, String role) throws SQLException {
    JdbcScript.run(connection, ScriptPart.statements(beginning(schema, role)));
    boolean deferring = false;
    for (int i = 0; i < migrations.size(); i++) {
      Migration migration = migrations.get(i);
      deferring |= migration.sql().defersConstraints();
      MigrationScript.Statement at = null;
      try {
        for (MigrationScript.Statement statement : migration.sql().statements()) {
          at = statement;
          JdbcScript.run(connection, ScriptPart.of(statement));
        }
        at = null;
        JdbcScript.run(connection, ScriptPart.statements(ending(i, schema, deferring)));
      } catch (SQLException e) {
        throw new StatementFailed(migration.script(), Optional.ofNullable(at), e);
      }
    }
  }

  /** A callback after each migration. */
  interface AfterEach {

    /** Runs the callback. */
    void run() throws SQLException;
  }

  /**
   * Runs the migrations sequentially in a separate database, without a history.
   *
   * @param connection a connection that sends scripts unchanged
   * @param beginning the SQL that precedes each migration
   */
  void runEach(Connection connection, String beginning, AfterEach after) throws SQLException {
    for (Migration migration : migrations) {
      JdbcScript.run(connection, ScriptPart.statements(beginning));
      if (migration.sql().transactional()) {
        connection.setAutoCommit(false);
        JdbcScript.run(connection, ScriptPart.of(migration.sql()));
        connection.commit();
        connection.setAutoCommit(true);
      } else {
        JdbcScript.run(connection, ScriptPart.outside(migration.sql()));
      }
      JdbcScript.run(connection, ScriptPart.statements(ScriptPart.RESTORE_SESSION));
      after.run();
    }
  }

  private static String beginning(String schema, String role) {
    return """
    GRANT USAGE ON SCHEMA %1$s TO %2$s;
    ALTER DEFAULT PRIVILEGES IN SCHEMA %1$s GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %2$s;
    ALTER DEFAULT PRIVILEGES IN SCHEMA %1$s GRANT USAGE, SELECT ON SEQUENCES TO %2$s;
    CREATE TABLE %3$s (
      installed_rank integer NOT NULL CONSTRAINT %4$s_pk PRIMARY KEY,
      version varchar(50),
      description varchar(200) NOT NULL,
      type varchar(20) NOT NULL,
      script varchar(1000) NOT NULL,
      checksum integer,
      installed_by varchar(100) NOT NULL,
      installed_on timestamp NOT NULL DEFAULT now(),
      execution_time integer NOT NULL,
      success boolean NOT NULL
    );
    CREATE INDEX %4$s_s_idx ON %3$s (success);
    REVOKE INSERT, UPDATE, DELETE ON %3$s FROM %2$s;
    SET TIME ZONE 'UTC';
    %5$s
    """
        .formatted(
            quote(schema),
            quote(role),
            history(schema),
            TemplateContent.HISTORY,
            setSearchPath(schema));
  }

  private static String history(String schema) {
    return quote(schema) + "." + TemplateContent.HISTORY;
  }

  private static String setSearchPath(String schema) {
    return "SELECT pg_catalog.set_config('search_path', %s, true);\n"
        .formatted(literal(searchPath(schema)));
  }

  /**
   * The SQL after a migration: the effects of Flyway's commit, the row in the history, and a reset
   * of the session.
   *
   * @param deferring whether this migration or an earlier one may have deferred constraints
   */
  private String ending(int index, String schema, boolean deferring) {
    return (deferring ? DeferredConstraints.check(schema) : "")
        + "RESET ROLE;\nSET TIME ZONE 'UTC';\n"
        + historyRow(migrations.get(index), schema, index + 1)
        + ScriptPart.RESTORE_SESSION
        + setSearchPath(schema);
  }

  /** The file names of a blueprint's migrations in Flyway's order. */
  static List<String> scripts(Blueprint blueprint, Cluster cluster) {
    return of(blueprint, cluster.connections().jdbcToCatalog()).scripts();
  }

  /** The file names of the migrations in order. */
  List<String> scripts() {
    return migrations.stream().map(Migration::script).toList();
  }

  /** The checksums of the versioned migrations, by version. */
  Map<String, Integer> checksums() {
    return migrations.stream()
        .filter(migration -> migration.version().isPresent())
        .collect(
            Collectors.toMap(migration -> migration.version().orElseThrow(), Migration::checksum));
  }

  /** The search path: the schema, and {@code public} for extensions. */
  static String searchPath(String schema) {
    return quote(schema) + ", public";
  }

  private static String historyRow(Migration migration, String schema, int rank) {
    return """
    INSERT INTO %s (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
    VALUES (%d, %s, %s, %s, %s, %d, current_user, 0, true);
    """
        .formatted(
            history(schema),
            rank,
            migration.version().map(version -> literal(version)).orElse("NULL"),
            literal(migration.description()),
            literal(migration.type()),
            literal(migration.script()),
            migration.checksum());
  }
}
