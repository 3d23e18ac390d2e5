package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.tenant.blueprint.Blueprint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The SQL that fills a schema with a blueprint's migrations and the history that Flyway would have
 * written: all of it at once, in the transaction of whoever runs it, which Flyway itself cannot do.
 *
 * @param migrations the migrations in Flyway's order
 */
record SchemaScript(List<Migration> migrations) {

  /** A migration as Flyway's history names it. */
  private record Migration(
      Optional<String> version,
      String description,
      String type,
      String script,
      int checksum,
      String sql) {}

  /**
   * Asks Flyway for the order, the names and the checksums of a blueprint's migrations.
   *
   * @param database any database without the blueprint's template schema
   */
  static SchemaScript of(Blueprint blueprint, DataSource database) {
    Map<String, String> texts =
        blueprint.migrations().stream()
            .collect(Collectors.toMap(Blueprint.Migration::fileName, Blueprint.Migration::sql));
    return new SchemaScript(
        Stream.of(new TemplateContent(blueprint, database).flyway().info().all())
            .map(info -> migration(info, texts::get))
            .toList());
  }

  private static Migration migration(MigrationInfo info, Function<String, String> texts) {
    return new Migration(
        Optional.ofNullable(info.getVersion()).map(MigrationVersion::getVersion),
        info.getDescription(),
        info.getType().name(),
        info.getScript(),
        info.getChecksum(),
        texts.apply(info.getScript()));
  }

  /**
   * The script for one schema, which belongs to the role that runs it. It leaves the search path as
   * it sets it, until the transaction ends.
   *
   * @param role who may work with what the schema holds, but not change the schema or its history
   */
  String fill(String schema, String role) {
    StringBuilder script = new StringBuilder();
    script.append(
        """
        CREATE SCHEMA %1$s;
        GRANT USAGE ON SCHEMA %1$s TO %2$s;
        ALTER DEFAULT PRIVILEGES IN SCHEMA %1$s GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %2$s;
        ALTER DEFAULT PRIVILEGES IN SCHEMA %1$s GRANT USAGE, SELECT ON SEQUENCES TO %2$s;
        SELECT set_config('search_path', %3$s, true);
        CREATE TABLE %4$s (
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
        CREATE INDEX %4$s_s_idx ON %4$s (success);
        REVOKE INSERT, UPDATE, DELETE ON %4$s FROM %2$s;
        """
            .formatted(
                quote(schema), quote(role), literal(searchPath(schema)), TemplateContent.HISTORY));
    int rank = 0;
    for (Migration migration : migrations) {
      script.append(migration.sql()).append("\n;\n").append(historyRow(migration, ++rank));
    }
    return script.toString();
  }

  /** The file names of a blueprint's migrations in Flyway's order. */
  static List<String> scripts(Blueprint blueprint, Cluster cluster) {
    return of(blueprint, cluster.connections().jdbcToCatalog()).migrations().stream()
        .map(Migration::script)
        .toList();
  }

  /** The checksums of the versioned migrations, by version. */
  Map<String, Integer> checksums() {
    return migrations.stream()
        .filter(migration -> migration.version().isPresent())
        .collect(
            Collectors.toMap(migration -> migration.version().orElseThrow(), Migration::checksum));
  }

  /** Where unqualified names are looked up: in the schema, and for extensions in {@code public}. */
  static String searchPath(String schema) {
    return quote(schema) + ", public";
  }

  private static String historyRow(Migration migration, int rank) {
    return """
    INSERT INTO %s (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
    VALUES (%d, %s, %s, %s, %s, %d, current_user, 0, true);
    """
        .formatted(
            TemplateContent.HISTORY,
            rank,
            migration.version().map(version -> literal(version)).orElse("NULL"),
            literal(migration.description()),
            literal(migration.type()),
            literal(migration.script()),
            migration.checksum());
  }
}
