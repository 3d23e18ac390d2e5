package io.tenantry.tenant.cluster;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.ReplicaLocks;
import io.tenantry.kernel.db.ReplicaLocks.Lock;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.migration.MigrationScript;
import io.tenantry.kernel.migration.ScriptRefused;
import io.tenantry.kernel.migration.ScriptRules;
import io.tenantry.kernel.tenant.GoldenTemplateName;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.BlueprintCheck;
import io.tenantry.tenant.blueprint.Isolation;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jboss.logging.Logger;

/**
 * Tests a blueprint in a temporary database: it migrates, undoes and migrates again. One test runs
 * at a time per installation, so each test removes what a crash left behind.
 */
@Singleton
final class ScratchDatabase implements BlueprintCheck {

  private static final Logger LOG = Logger.getLogger(ScratchDatabase.class);

  /** Cannot collide: tenants have no such prefix, and template names end with a version. */
  private static final String NAME = GoldenTemplateName.PREFIX + "scratch";

  private static final String PROBE = "probe";

  /** SQLSTATEs of an unknown locale in PostgreSQL 15 to 17, and in later versions. */
  private static final List<String> WRONG_LOCALE = List.of("42809", "22023");

  private final Clusters clusters;
  private final ReplicaLocks locks;
  private final SecureRandom random;

  ScratchDatabase(Clusters clusters, ReplicaLocks locks, SecureRandom random) {
    this.clusters = clusters;
    this.locks = locks;
    this.random = random;
  }

  @Override
  public List<FieldError> check(Blueprint blueprint) {
    ClusterResults<List<String>> missing =
        clusters.callEach(
            cluster -> {
              cluster.requireUsable();
              return Extensions.missing(cluster.admin(), blueprint.requiredExtensions());
            });
    missing
        .failures()
        .forEach(
            (cluster, failure) ->
                LOG.warnf(
                    "extensions not checked; checking them when the template is built blueprint=%s cluster=%s: %s",
                    blueprint.name(), cluster, DatabaseUnavailable.logged(failure)));
    List<FieldError> errors = new ArrayList<>();
    missing
        .results()
        .forEach(
            (cluster, extensions) ->
                extensions.forEach(
                    extension ->
                        errors.add(
                            new FieldError(
                                "blueprint.yaml.extensions.required",
                                "%s is not available on the cluster %s"
                                    .formatted(extension, cluster)))));
    blueprint.migrations().stream()
        .filter(migration -> !migration.isConfig())
        .flatMap(migration -> refusals(migration, blueprint))
        .forEach(errors::add);
    return errors.isEmpty() ? tryOut(blueprint, clusters.named(anyOf(missing))) : errors;
  }

  private static Stream<FieldError> refusals(Blueprint.Migration migration, Blueprint blueprint) {
    Optional<String> config = blueprint.config(migration.fileName());
    List<ScriptRefused> refusals = ScriptRules.refusals(migration.sql(), config);
    if (refusals.isEmpty() && blueprint.isolation() == Isolation.SCHEMA) {
      refusals =
          ScriptRules.extensionsBeside(
              MigrationScript.parse(migration.sql(), config), blueprint.requiredExtensions());
    }
    return refusals.stream()
        .map(refused -> error(migration.fileName(), String.valueOf(refused.getMessage())));
  }

  /** An available cluster, preferably with free capacity. */
  private String anyOf(ClusterResults<?> answers) {
    return clusters.withFreeCapacity().stream()
        .map(Cluster::name)
        .filter(answers.results()::containsKey)
        .findFirst()
        .or(() -> answers.results().keySet().stream().findFirst())
        .orElseThrow(() -> answers.failures().values().iterator().next());
  }

  private List<FieldError> tryOut(Blueprint blueprint, Cluster cluster) {
    return locks.holding(
        List.of(Lock.exclusive(NAME)),
        ScratchDatabase::busy,
        () -> tryOutAlone(blueprint, cluster));
  }

  private static TenantryException busy(SqlError cause) {
    return new TenantryException(
        ErrorCode.BLUEPRINT_BUSY, "Another blueprint is being checked; try again.", cause);
  }

  private List<FieldError> tryOutAlone(Blueprint blueprint, Cluster cluster) {
    try (BlueprintDatabase database =
        BlueprintDatabase.create(cluster, NAME, blueprint.locale(), random)) {
      try {
        return tryOut(blueprint, cluster, database);
      } finally {
        database.drop();
      }
    } catch (SqlError e) {
      if (WRONG_LOCALE.contains(e.sqlState())) {
        return List.of(new FieldError("blueprint.yaml.locale", "is not available on the server"));
      }
      throw e;
    }
  }

  private static List<FieldError> tryOut(
      Blueprint blueprint, Cluster cluster, BlueprintDatabase database) {
    DataSource source = database.asBuilder();
    TemplateContent content = new TemplateContent(blueprint, source);
    try {
      content.prepare();
      Flyway flyway = content.flyway();
      return migrate(flyway, "")
          .or(() -> settings(source))
          .or(() -> undo(blueprint, source))
          .or(() -> migrate(flyway, "after its undo, "))
          .or(() -> fillSchema(blueprint, cluster, database))
          .or(() -> changedRoles(database))
          .stream()
          .toList();
    } catch (SQLException e) {
      throw new IllegalStateException("the scratch database could not be set up", e);
    }
  }

  private static Optional<FieldError> migrate(Flyway flyway, String when) {
    try {
      flyway.migrate();
      return Optional.empty();
    } catch (FlywayException e) {
      FailureReason.rethrowServerFailure(e);
      String message = FailureReason.of(e).inFile(when + "it ");
      return Optional.of(
          firstLeft(flyway)
              .map(script -> error(script, message))
              .orElseGet(() -> new FieldError("migrations", message)));
    }
  }

  /** The migration that failed: the first that is pending or failed. */
  private static Optional<String> firstLeft(Flyway flyway) {
    try {
      return Stream.of(flyway.info().all())
          .filter(
              migration ->
                  migration.getState() == MigrationState.PENDING || migration.getState().isFailed())
          .map(MigrationInfo::getScript)
          .findFirst();
    } catch (FlywayException e) {
      // Flyway cannot list the migrations, which is the failure itself.
      return Optional.empty();
    }
  }

  /** Settings of ALTER ROLE … IN DATABASE are not cloned, so tenants would not have them. */
  private static Optional<FieldError> settings(DataSource database) {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet left =
            statement.executeQuery(
                """
                SELECT string_agg(DISTINCT split_part(setting, '=', 1), ', ')
                FROM pg_db_role_setting
                JOIN pg_database ON pg_database.oid = setdatabase AND datname = current_database()
                CROSS JOIN unnest(setconfig) AS setting
                """)) {
      left.next();
      return Optional.ofNullable(left.getString(1))
          .map(
              names ->
                  new FieldError(
                      "migrations",
                      "must not change settings of roles or of the database (%s): they are not cloned for new tenants"
                          .formatted(names)));
    } catch (SQLException e) {
      throw new IllegalStateException("the scratch database could not be used", e);
    }
  }

  private static Optional<FieldError> undo(Blueprint blueprint, DataSource database) {
    try {
      new UndoMigrations(blueprint).run(database);
      return Optional.empty();
    } catch (StatementFailed e) {
      FailureReason.rethrowServerFailure(e);
      return Optional.of(
          error(
              e.script(),
              FailureReason.of(e).inFile("in one transaction with the undos before it, it ")));
    } catch (SQLException e) {
      throw new IllegalStateException("the scratch database could not be used", e);
    }
  }

  /** Fills a schema in one transaction, like a tenant's schema, and rolls it back. */
  private static Optional<FieldError> fillSchema(
      Blueprint blueprint, Cluster cluster, BlueprintDatabase database) {
    if (blueprint.isolation() != Isolation.SCHEMA) {
      return Optional.empty();
    }
    SchemaScript script = SchemaScript.of(blueprint, cluster.connections().jdbcToCatalog());
    try (Connection connection = database.asSchemaOwner().getConnection()) {
      SchemaScript.create(connection, PROBE);
      database.revokeSchemaCreation();
      connection.setAutoCommit(false);
      String transaction = transaction(connection);
      script.tryOut(connection, PROBE, ClusterRoles.APP);
      boolean same = transaction.equals(transaction(connection));
      connection.rollback();
      return same
          ? Optional.empty()
          : Optional.of(
              new FieldError("migrations", "must not end the transaction that they run in"));
    } catch (StatementFailed e) {
      FailureReason.rethrowServerFailure(e);
      return Optional.of(
          error(e.script(), FailureReason.of(e).inFile("in one transaction, as a tenant's, it ")));
    } catch (SQLException e) {
      throw new IllegalStateException("the scratch database could not be used", e);
    }
  }

  private static String transaction(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_current_xact_id()")) {
      row.next();
      return row.getString(1);
    }
  }

  private static Optional<FieldError> changedRoles(BlueprintDatabase database) {
    return database.changedRoleSettings()
        ? Optional.of(
            new FieldError(
                "migrations",
                "must not change settings of a role, which apply to the whole cluster"))
        : Optional.empty();
  }

  private static FieldError error(String script, String message) {
    return new FieldError("migrations/" + script, message);
  }
}
