package io.tenantry.testing;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.migration.ScriptPart;
import java.io.Reader;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A blueprint as tenant-service stores it: versions in the control database, each with a golden
 * template built by Flyway.
 */
public final class TestBlueprint {

  private static @Nullable TestBlueprint car;

  private final String name = "b" + UUID.randomUUID().toString().substring(0, 8);
  private final boolean inSchemas;
  private final Map<String, String> files = new TreeMap<>();
  private boolean outOfOrder;

  /** Empty before the first version is published; so is the history. */
  private String version = "";

  private String history = "";

  private TestBlueprint(boolean inSchemas) {
    this.inSchemas = inSchemas;
  }

  /** The isolation of its tenants. */
  public enum Isolation {
    DATABASE,
    SCHEMA;

    /** A blueprint without a version yet. */
    public TestBlueprint blueprint() {
      return new TestBlueprint(this == SCHEMA);
    }
  }

  /** The shipped blueprint car, published once. */
  static synchronized TestBlueprint car() {
    if (car == null) {
      car = Isolation.DATABASE.blueprint();
      car.files.putAll(Migrations.in("blueprints/car/migrations"));
      car.publish();
    }
    return car;
  }

  public String name() {
    return name;
  }

  /** The current version. */
  public String version() {
    return version;
  }

  public boolean inSchemas() {
    return inSchemas;
  }

  /** The golden template of the current version. */
  String template() {
    return "tpl_" + name + "_" + version;
  }

  /** Publishes a version with a file added or changed. */
  public TestBlueprint with(String file, String sql) {
    files.put(file, sql);
    return this;
  }

  /** Makes later versions accept out-of-order migrations. */
  public TestBlueprint outOfOrder() {
    outOfOrder = true;
    return this;
  }

  /** Removes a file from later versions. */
  public TestBlueprint without(String file) {
    files.remove(file);
    return this;
  }

  /** Stores the files as the current version and builds its template. */
  public String publish() {
    store();
    makeTemplate();
    return version;
  }

  /** Stores the files as a version without building a golden template. */
  public String store() {
    TestCluster.prepare();
    version = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    ControlDatabase.execute(
        "UPDATE control_plane.blueprints SET is_current = false WHERE name = ?", name);
    ControlDatabase.execute(
        """
        INSERT INTO control_plane.blueprints (name, version, content, shipped, is_current, current_since, out_of_order)
        SELECT ?, ?, jsonb_object_agg('migrations/' || file, sql), false, true, now() - interval '1 hour', ?
        FROM unnest(?::text[], ?::text[]) AS files (file, sql)
        """,
        name,
        version,
        outOfOrder,
        files.keySet().toArray(String[]::new),
        files.values().toArray(String[]::new));
    return version;
  }

  /** Builds the golden template with Flyway, as tenant-service does. */
  private void makeTemplate() {
    TestCluster.createDatabase(template(), TestCluster.EMPTY_DATABASE);
    TestCluster.permitBuilding(template());
    try (Connection connection = TestCluster.asBuilder(template()).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + templateSchema());
      statement.execute(TestTenant.prepare(templateSchema(), ClusterRoles.APP));
      flyway(TestCluster.asBuilder(template()), templateSchema()).migrate();
      statement.execute(
          "REVOKE INSERT, UPDATE, DELETE ON %s.flyway_schema_history FROM tenantry_app"
              .formatted(templateSchema()));
      history = history(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    TestCluster.asAdmin(
        "postgres",
        "ALTER DATABASE %s ALLOW_CONNECTIONS false IS_TEMPLATE true".formatted(quote(template())));
  }

  private String templateSchema() {
    return inSchemas ? "golden" : "public";
  }

  /** Statements that copy the rows of the history. */
  private String history(Statement statement) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT format('(%%s, %%L, %%L, %%L, %%L, %%s, current_user, 0, true)', installed_rank, version, description, type, script, checksum) FROM %s.flyway_schema_history ORDER BY installed_rank"
                .formatted(templateSchema()))) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
        + " checksum, installed_by, execution_time, success) VALUES "
        + String.join(", ", rows);
  }

  /** The script that fills a tenant's schema as tenant-service does, including the history. */
  String fill(String schema, String role) {
    return """
    SET search_path = %s, public;
    CREATE TABLE flyway_schema_history (
      installed_rank integer NOT NULL CONSTRAINT flyway_schema_history_pk PRIMARY KEY, version varchar(50),
      description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum integer,
      installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(),
      execution_time integer NOT NULL, success boolean NOT NULL
    );
    CREATE INDEX flyway_schema_history_s_idx ON flyway_schema_history (success);
    REVOKE INSERT, UPDATE, DELETE ON flyway_schema_history FROM %s;
    """
            .formatted(quote(schema), quote(role))
        + files.entrySet().stream()
            .filter(file -> file.getKey().endsWith(".sql") && !file.getKey().startsWith("U"))
            .sorted(Map.Entry.comparingByKey((one, other) -> rank(one).compareTo(rank(other))))
            .map(Map.Entry::getValue)
            .collect(Collectors.joining("\n;\n"))
        + "\n;\n"
        + history;
  }

  /** Sorts versioned files first; the tests use single-digit versions only. */
  private static String rank(String file) {
    return (file.startsWith("V") ? "0" : "1") + file;
  }

  /** Flyway itself, with the files of the current version, on a tenant. */
  public Flyway flyway(TestTenant tenant) {
    return flyway(tenant.owner(), tenant.schemaName());
  }

  private Flyway flyway(PGSimpleDataSource source, String schema) {
    FluentConfiguration configuration =
        Flyway.configure(TestBlueprint.class.getClassLoader())
            .dataSource(source)
            .defaultSchema(schema)
            .createSchemas(false)
            .resourceProvider(new Files(Map.copyOf(files)))
            .javaMigrationClassProvider(List::of)
            .callbacks(new SessionRestore())
            .outOfOrder(outOfOrder);
    // Flyway's lock holds a transaction open, which CREATE INDEX CONCURRENTLY would wait for.
    configuration
        .getPluginRegister()
        .getExact(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    return configuration.load();
  }

  /** Resets the session before each migration, as if Flyway ran it alone. */
  private static final class SessionRestore implements Callback {

    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.AFTER_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
      return true;
    }

    @Override
    public void handle(Event event, Context context) {
      try (Statement statement = context.getConnection().createStatement()) {
        statement.execute(ScriptPart.RESTORE_SESSION);
      } catch (SQLException e) {
        throw new FlywayException(e);
      }
    }

    @Override
    public String getCallbackName() {
      return "restore-session";
    }
  }

  private record Files(Map<String, String> files) implements ResourceProvider {

    @Override
    public @Nullable LoadableResource getResource(String name) {
      String text = files.get(name);
      return text == null ? null : new File(name, text);
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
      return files.keySet().stream()
          .filter(name -> name.startsWith(prefix))
          .filter(name -> Stream.of(suffixes).anyMatch(name::endsWith))
          .map(this::getResource)
          .toList();
    }
  }

  private static final class File extends LoadableResource {

    private final String name;
    private final String text;

    File(String name, String text) {
      this.name = name;
      this.text = text;
    }

    @Override
    public Reader read() {
      return new StringReader(text);
    }

    @Override
    public String getAbsolutePath() {
      return name;
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return name;
    }

    @Override
    public String getFilename() {
      return name;
    }

    @Override
    public String getRelativePath() {
      return name;
    }
  }
}
