package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.FieldError;
import io.tenantry.kernel.problem.TenantryException;
import io.tenantry.kernel.tenant.GoldenTemplateName;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.BlueprintCheck;
import io.tenantry.tenant.blueprint.Isolation;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.jboss.logging.Logger;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

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

  private static final String QUERY_CANCELED = "57014";
  private static final String DIVISION_BY_ZERO = "22012";

  /** A locale that the server does not know, as PostgreSQL 15 to 17 and later ones say it. */
  private static final List<String> WRONG_LOCALE = List.of("42809", "22023");

  private final Clusters clusters;
  private final Database controlDatabase;
  private final SecureRandom random;

  ScratchDatabase(Clusters clusters, Database controlDatabase, SecureRandom random) {
    this.clusters = clusters;
    this.controlDatabase = controlDatabase;
    this.random = random;
  }

  @Override
  public List<FieldError> check(Blueprint blueprint) {
    ClusterAnswers<List<String>> missing =
        clusters.ask(
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
                    blueprint.name(), cluster, failure.getMessage()));
    List<FieldError> errors = new ArrayList<>();
    missing
        .given()
        .forEach(
            (cluster, extensions) ->
                extensions.forEach(
                    extension ->
                        errors.add(
                            new FieldError(
                                "blueprint.yaml.extensions.required",
                                "%s is not available on the cluster %s"
                                    .formatted(extension, cluster)))));
    if (errors.isEmpty()) {
      errors.addAll(tryOut(blueprint, clusters.named(anyOf(missing))));
    }
    return errors;
  }

  /** A cluster that answers, with room or without: what is tried out there is dropped again. */
  private String anyOf(ClusterAnswers<?> answers) {
    return clusters.taking().stream()
        .map(Cluster::name)
        .filter(answers.given()::containsKey)
        .findFirst()
        .or(() -> answers.given().keySet().stream().findFirst())
        .orElseThrow(() -> answers.failures().values().iterator().next());
  }

  private List<FieldError> tryOut(Blueprint blueprint, Cluster cluster) {
    return controlDatabase.inTransaction(
        sql -> {
          try {
            sql.run("SELECT pg_advisory_xact_lock(hashtext($1))", NAME);
          } catch (SqlError e) {
            throw e.sqlState().equals(QUERY_CANCELED) ? busy(e) : e;
          }
          return tryOutAlone(blueprint, cluster);
        });
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
      SchemaScript script = SchemaScript.of(blueprint, cluster.connections().jdbcToCatalog());
      return migrate(flyway, "")
          .or(() -> goBack(blueprint, source))
          .or(() -> migrate(flyway, "after it was undone "))
          .or(() -> fillSchema(blueprint, script, database.asSchemaOwner()))
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
      return Optional.of(
          Optional.ofNullable(firstLeft(flyway))
              .map(script -> error(script, when + "it " + failure(e)))
              .orElseGet(() -> new FieldError("migrations", failure(e))));
    }
  }

  /** The migration that failed: all before it stand. */
  private static String firstLeft(Flyway flyway) {
    for (MigrationInfo migration : flyway.info().all()) {
      if (migration.getState() == MigrationState.PENDING || migration.getState().isFailed()) {
        return migration.getScript();
      }
    }
    return null;
  }

  /** Undoes the newest versions, as far as there are undos without a gap. */
  private static Optional<FieldError> goBack(Blueprint blueprint, DataSource database) {
    List<MigrationVersion> newestFirst =
        blueprint.migrations().stream()
            .filter(migration -> !migration.isUndo() && !migration.isConfig())
            .flatMap(migration -> migration.version().stream())
            .sorted(Comparator.reverseOrder())
            .toList();
    for (MigrationVersion version : newestFirst) {
      Optional<Blueprint.Migration> undo =
          blueprint.migrations().stream()
              .filter(migration -> migration.isUndo() && !migration.isConfig())
              .filter(migration -> migration.version().orElseThrow().equals(version))
              .findFirst();
      if (undo.isEmpty()) {
        break;
      }
      Optional<FieldError> error = undo(undo.get(), version, blueprint, database);
      if (error.isPresent()) {
        return error;
      }
    }
    return Optional.empty();
  }

  private static Optional<FieldError> undo(
      Blueprint.Migration undo,
      MigrationVersion version,
      Blueprint blueprint,
      DataSource database) {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SET search_path = %s, public".formatted(quote(blueprint.templateSchema())));
      statement.execute(undo.sql());
      try (PreparedStatement forget =
          connection.prepareStatement(
              "DELETE FROM " + TemplateContent.HISTORY + " WHERE version = ?")) {
        forget.setString(1, version.getVersion());
        forget.execute();
      }
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(error(undo.fileName(), "it " + failure(e)));
    }
  }

  /** Fills a schema as that of a tenant is filled, in one transaction, which then fails. */
  private static Optional<FieldError> fillSchema(
      Blueprint blueprint, SchemaScript script, DataSource database) {
    if (blueprint.isolation() != Isolation.SCHEMA) {
      return Optional.empty();
    }
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      SQLException end = runToTheEnd(script.fill(PROBE, ClusterRoles.APP), statement);
      if (!DIVISION_BY_ZERO.equals(end.getSQLState())) {
        return Optional.of(
            new FieldError("migrations", "in one transaction, as a tenant's, it " + failure(end)));
      }
      try (ResultSet left =
          statement.executeQuery("SELECT FROM pg_namespace WHERE nspname = '" + PROBE + "'")) {
        return left.next()
            ? Optional.of(
                new FieldError("migrations", "must leave the transaction they run in open"))
            : Optional.empty();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the scratch database could not be used", e);
    }
  }

  private static SQLException runToTheEnd(String script, Statement statement) {
    try {
      statement.execute(script + "SELECT 1 / 0");
      throw new IllegalStateException("PostgreSQL divided by zero");
    } catch (SQLException e) {
      return e;
    }
  }

  private static FieldError error(String script, String message) {
    return new FieldError("migrations/" + script, message);
  }

  /** What PostgreSQL said, without the statement it said it of; its author knows that one. */
  private static String failure(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PSQLException refusal) {
        ServerErrorMessage message = refusal.getServerErrorMessage();
        return message == null
            ? "lost its connection"
            : "fails: %s (SQLSTATE %s)".formatted(message.getMessage(), message.getSQLState());
      }
    }
    return "is no SQL script that Flyway can read";
  }
}
