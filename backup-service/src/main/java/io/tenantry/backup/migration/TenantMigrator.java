package io.tenantry.backup.migration;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.backup.postgres.Clusters;
import io.tenantry.backup.postgres.Session;
import io.tenantry.backup.postgres.TenantData;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.migration.DeferredConstraints;
import io.tenantry.kernel.migration.ScriptPart;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantLocation;
import io.tenantry.kernel.tenant.TenantStatus;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Migrates one tenant over one connection: the SQL of each migration and its row in Flyway's
 * history in one transaction, and all of them in one message to the server.
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>A replica that died may have sent its message, and PostgreSQL goes on with it. So whoever
 *       comes after locks the history, and then looks whether it is what the plan begins with.
 *   <li>The session is the tenant's owner role's: a migration, and what a tenant planted where one
 *       comes by, can harm that tenant only.
 *   <li>Between migrations the search path is PostgreSQL's own, so that our statements mean what
 *       they say.
 *   <li>A rollback is one transaction, for there is no version between two undos that a tenant
 *       could be at. What cannot run in one splits it; the tenant's next migration plans from the
 *       history, wherever that is.
 *   <li>What cannot run in a transaction may leave an index that is not valid; it is dropped, or
 *       the next attempt would find the name taken.
 * </ul>
 */
@Singleton
public final class TenantMigrator {

  private static final Logger LOG = Logger.getLogger(TenantMigrator.class);

  private static final String INVALID_TEXT = "22P02";

  /** Lock not available, deadlock, serialization failure. */
  private static final Set<String> BLOCKED = Set.of("55P03", "40P01", "40001");

  /** Somebody else may change the history between a look at it and the lock, but not for ever. */
  private static final int ROUNDS = 3;

  private final Clusters clusters;
  private final Planner planner;
  private final TenantDirectory directory;
  private final MeterRegistry meters;

  TenantMigrator(
      Clusters clusters, Planner planner, TenantDirectory directory, MeterRegistry meters) {
    this.clusters = clusters;
    this.planner = planner;
    this.directory = directory;
    this.meters = meters;
  }

  /** Makes one attempt; the tenant is the caller's by its lease. */
  public Outcome migrate(TenantLocation tenant, ClusterAccess access, Plan plan, Limits limits) {
    long begun = System.nanoTime();
    Outcome outcome;
    List<String> done = new ArrayList<>();
    try (Session session = open(tenant, access, limits)) {
      outcome = new Run(session, tenant, limits, done).go(plan);
    } catch (SqlError e) {
      outcome = refused(tenant.tenantId(), e, "", List.copyOf(done));
    } catch (DatabaseUnavailable e) {
      outcome =
          new Outcome.Deferred(
              ErrorCode.DATABASE_UNAVAILABLE,
              "The tenant's PostgreSQL server is away.",
              List.copyOf(done));
    } catch (TenantryException e) {
      outcome = Outcome.of(e);
    }
    outcome = outcome instanceof Outcome.Failed failed ? unlessGone(tenant, failed) : outcome;
    meters
        .timer(
            "tenantry.migration",
            "outcome",
            outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT))
        .record(Duration.ofNanos(System.nanoTime() - begun));
    return outcome;
  }

  /**
   * Makes one attempt at a plan that is made for it.
   *
   * @throws TenantryException with what it is refused with before the tenant is looked at
   */
  Outcome migrate(TenantLocation tenant, ClusterAccess access, Plan.Route route, Limits limits) {
    return migrate(tenant, access, planner.plan(route), limits);
  }

  private Session open(TenantLocation tenant, ClusterAccess access, Limits limits) {
    return clusters.migrator(access, TenantData.of(tenant), limits.statement(), limits.lock());
  }

  /**
   * What would be done to a tenant, by its own history.
   *
   * @throws TenantryException with what it would be refused with
   */
  Plan plan(TenantLocation tenant, ClusterAccess access, Plan.Route route, Limits limits) {
    try (Session session = open(tenant, access, limits)) {
      return planner.plan(
          route, History.of(History.read(session, tenant.schema().orElse("public"))));
    }
  }

  private static boolean historyDiffers(SqlError e) {
    return e.sqlState().equals(INVALID_TEXT)
        && e.getMessage().contains(MigrationSql.HISTORY_DIFFERS);
  }

  /** PostgreSQL's own words, but not its details, which hold rows. */
  private static Outcome refused(UUID tenantId, SqlError e, String script, List<String> standing) {
    LOG.infof(
        "tenant=%s script=%s sqlstate=%s: %s", tenantId, script, e.sqlState(), e.getMessage());
    String words =
        "%s%s (SQLSTATE %s)"
            .formatted(script.isEmpty() ? "" : script + ": ", e.getMessage(), e.sqlState());
    return BLOCKED.contains(e.sqlState())
        ? new Outcome.Deferred(ErrorCode.MIGRATION_BLOCKED, words, standing)
        : new Outcome.Failed(ErrorCode.MIGRATION_FAILED, words, standing);
  }

  /** A tenant that is being deleted cannot fail. */
  private Outcome unlessGone(TenantLocation tenant, Outcome.Failed failed) {
    directory.forget(tenant.tenantId());
    boolean stays =
        directory
            .find(tenant.tenantId())
            .filter(
                entry ->
                    entry.status() == TenantStatus.ACTIVE
                        || entry.status() == TenantStatus.SUSPENDED)
            .isPresent();
    return stays ? failed : skipped(tenant.tenantId());
  }

  /** What becomes of a tenant that is being deleted. */
  public static Outcome.Skipped skipped(UUID tenantId) {
    return new Outcome.Skipped(
        ErrorCode.TENANT_NOT_FOUND, "The tenant %s is deleted.".formatted(tenantId));
  }

  /** An attempt, over its session. */
  private final class Run {

    private final Session session;
    private final UUID tenantId;
    private final String schema;
    private final MigrationSql sql;
    private final Limits limits;
    private final List<String> done;

    /** The script that runs, where it has a message of its own. */
    private String running = "";

    /**
     * Over a session.
     *
     * @param done gets the scripts that stand
     */
    Run(Session session, TenantLocation tenant, Limits limits, List<String> done) {
      this.session = session;
      this.done = done;
      this.tenantId = tenant.tenantId();
      this.schema = tenant.schema().orElse("public");
      this.sql = new MigrationSql(schema);
      this.limits = limits;
    }

    Outcome go(Plan plan) {
      Plan current = plan;
      for (int round = 0; round < ROUNDS; round++) {
        try {
          if (round > 0 || !comparesFirst(current)) {
            current = planner.plan(plan.route(), History.of(History.read(session, schema)));
          }
          apply(current);
          return new Outcome.Migrated(List.copyOf(done));
        } catch (DatabaseUnavailable e) {
          throw e;
        } catch (TenantryException e) {
          return Outcome.of(e, List.copyOf(done));
        } catch (SqlError e) {
          if (!historyDiffers(e)) {
            return refused(e, current);
          }
          running = "";
          session.execute("ROLLBACK");
        }
      }
      return new Outcome.Deferred(
          ErrorCode.MIGRATION_BLOCKED,
          "The tenant's history changes all the time.",
          List.copyOf(done));
    }

    /** Whether the plan's first message is refused where the history is another than it expects. */
    private static boolean comparesFirst(Plan plan) {
      return plan.from().isPresent()
          && !plan.steps().isEmpty()
          && plan.steps().getFirst().parsed().transactional();
    }

    /** Says which of the scripts it was: the first that has no effect on the history. */
    private Outcome refused(SqlError error, Plan plan) {
      String script = running;
      Set<String> standing = new LinkedHashSet<>(done);
      Set<String> passed = new LinkedHashSet<>(done);
      try {
        session.execute("ROLLBACK");
        History now = History.of(History.read(session, schema));
        History expected = plan.from().orElse(now);
        for (Step step : plan.steps()) {
          if (expected.state().equals(now.state())) {
            script = running.isEmpty() ? step.script() : running;
            standing = passed;
            break;
          }
          passed.add(step.script());
          expected = step.after(expected);
        }
      } catch (SqlError | DatabaseUnavailable e) {
        LOG.debugf(e, "the script that failed is not known");
      }
      return TenantMigrator.refused(tenantId, error, script, List.copyOf(standing));
    }

    private void apply(Plan plan) {
      if (plan.steps().stream().anyMatch(step -> step.parsed().copiesRows())) {
        session.prepareToCopy();
      }
      if (plan.route().direction() == Direction.ROLLBACK) {
        rollBack(plan);
      } else {
        goForward(plan);
      }
    }

    private void goForward(Plan plan) {
      History history = plan.from().orElseThrow();
      StringBuilder script = new StringBuilder();
      List<Step> together = new ArrayList<>();
      for (Step step : plan.steps()) {
        if (step.parsed().transactional()) {
          script.append(sql.transaction(step, history));
          together.add(step);
        } else {
          send(script, together);
          runOutside(step, history);
        }
        history = step.after(history);
      }
      send(script, together);
    }

    /** Undos that follow each other are one transaction: all of them stand, or none does. */
    private void rollBack(Plan plan) {
      History history = plan.from().orElseThrow();
      List<String> together = new ArrayList<>();
      for (Step step : plan.steps()) {
        if (!step.parsed().transactional()) {
          commit(together);
          runOutside(step, history);
        } else {
          running = step.script();
          // What is deferred would keep the next one from changing the table.
          session.execute(
              "%s\n%s\n%s\n;\n%s;\n%s%s"
                  .formatted(
                      together.isEmpty() ? sql.begin(history) : "",
                      sql.openScript(),
                      step.sql(),
                      MigrationSql.RESET_SEARCH_PATH,
                      DeferredConstraints.check(schema),
                      sql.change(step)),
              limits.statement().multipliedBy(step.parsed().statements().size()));
          together.add(step.script());
        }
        history = step.after(history);
      }
      commit(together);
    }

    private void commit(List<String> scripts) {
      if (!scripts.isEmpty()) {
        session.execute("COMMIT");
        done.addAll(scripts);
        scripts.clear();
        running = "";
      }
    }

    private void send(StringBuilder script, List<Step> steps) {
      if (!steps.isEmpty()) {
        int statements = steps.stream().mapToInt(step -> step.parsed().statements().size()).sum();
        session.execute(script.toString(), limits.statement().multipliedBy(statements));
        steps.forEach(step -> done.add(step.script()));
        script.setLength(0);
        steps.clear();
      }
    }

    /** Statement by statement, with a lock that a replica taken for dead may still hold. */
    private void runOutside(Step step, History before) {
      boolean alone =
          session
              .first(
                  row -> row.getBoolean(0),
                  "SELECT pg_try_advisory_lock(hashtextextended('tenantry migration ' || $1, 0))",
                  schema)
              .orElseThrow();
      if (!alone) {
        throw new TenantryException(
            ErrorCode.MIGRATION_BLOCKED, "Another session runs " + step.script() + ".");
      }
      String state =
          session
              .first(row -> row.getString(0), "SELECT " + History.stateQuery(schema))
              .orElseThrow();
      if (!state.equals(before.state())) {
        throw new TenantryException(
            ErrorCode.MIGRATION_BLOCKED, "The tenant's history has changed meanwhile.");
      }
      dropInvalidIndexes();
      session.execute(
          "SELECT set_config('tenantry.begun', extract(epoch FROM clock_timestamp())::text, false); SET search_path = %s"
              .formatted(sql.searchPath()));
      try {
        for (ScriptPart part : ScriptPart.outside(step.parsed())) {
          session.execute(ScriptPart.text(List.of(part)));
        }
      } catch (SqlError e) {
        dropAgain(e);
        throw e;
      }
      session.execute(MigrationSql.RESET_SEARCH_PATH);
      session.execute(sql.change(step));
      session.execute("SELECT pg_advisory_unlock_all()");
      done.add(step.script());
    }

    private void dropAgain(SqlError failure) {
      try {
        session.execute(MigrationSql.RESET_SEARCH_PATH);
        dropInvalidIndexes();
      } catch (SqlError e) {
        // The next attempt begins with it.
        failure.addSuppressed(e);
      }
    }

    /**
     * What a {@code CREATE INDEX CONCURRENTLY} of a migration left that did not come to its end.
     * The tenant may be building indexes of its own.
     */
    private void dropInvalidIndexes() {
      session
          .list(
              row -> row.getString(0),
              """
              SELECT format('DROP INDEX CONCURRENTLY IF EXISTS %I.%I', nspname, relname)
              FROM pg_catalog.pg_index
              JOIN pg_catalog.pg_class ON pg_class.oid = indexrelid AND relkind = 'i'
              JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
              WHERE NOT indisvalid
                AND nspname = $1
                AND pg_get_userbyid(relowner) = current_user
              """,
              schema)
          .forEach(session::execute);
    }
  }
}
