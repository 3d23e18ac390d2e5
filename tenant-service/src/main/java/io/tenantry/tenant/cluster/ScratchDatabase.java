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
 * Tries a blueprint out on a database that is thrown away: forth, back, and forth again. One at a
 * time in an installation, so that what a crash left is removed by the next.
 */
@Singleton
final class ScratchDatabase implements BlueprintCheck {

  private static final Logger LOG = Logger.getLogger(ScratchDatabase.class);

  /** By its prefix no tenant's, by its end no template's, which ends with a version. */
  private static final String NAME = GoldenTemplateName.PREFIX + "scratch";

  private static final String PROBE = "probe";

  /** A locale that the server does not know, as PostgreSQL 15 to 17 and later ones say it. */
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
                    "blueprint=%s cluster=%s not checked for its extensions until its template is built: %s",
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
    return refusals.stream().map(refused -> error(migration.fileName(), refused.getMessage()));
  }

  /** A cluster that answers, with room or without: what is tried out there is dropped again. */
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
        return List.of(new FieldError("blueprint.yaml.locale", "is not known to the server"));
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
          .or(() -> migrate(flyway, "after it was undone "))
          .or(() -> fillSchema(blueprint, cluster, database))
          .or(() -> changedRoles(database))
          .stream()
          .toList();
    } catch (SQLException e) {
      throw new IllegalStateException("the scratch database could not be prepared", e);
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

  /** The migration that failed: all before it stand. */
  private static Optional<String> firstLeft(Flyway flyway) {
    try {
      return Stream.of(flyway.info().all())
          .filter(
              migration ->
                  migration.getState() == MigrationState.PENDING || migration.getState().isFailed())
          .map(MigrationInfo::getScript)
          .findFirst();
    } catch (FlywayException e) {
      // It cannot tell the migrations from each other: that is what failed.
      return Optional.empty();
    }
  }

  /** What ALTER ROLE … IN DATABASE leaves is not cloned: tenants would differ in it. */
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
                      "must not change settings of roles or the database (%s): new tenants would not have them"
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

  /** Fills a schema as that of a tenant is filled, in one transaction, and takes it back. */
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
              new FieldError("migrations", "must leave the transaction they run in open"));
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
                "change settings of a role, which reach beyond the tenant's database"))
        : Optional.empty();
  }

  private static FieldError error(String script, String message) {
    return new FieldError("migrations/" + script, message);
  }
}
