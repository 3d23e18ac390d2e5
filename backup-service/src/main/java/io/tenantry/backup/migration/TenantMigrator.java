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
 *   <li>PostgreSQL continues with a message that a crashed replica has sent. So each transaction
 *       locks the history, and then checks that it is the one that the plan starts from.
 *   <li>The session belongs to the tenant's owner role: a migration, or code that a tenant planted
 *       in its way, can harm that tenant only.
 *   <li>Between migrations the search path is PostgreSQL's own, so that a tenant's objects cannot
 *       shadow names in our statements.
 *   <li>A rollback is one transaction, because there is no version between two undo scripts. A
 *       script that cannot run in a transaction splits it; the tenant's next migration plans from
 *       the actual history.
 *   <li>A script outside a transaction may fail and leave an invalid index. It is dropped, because
 *       otherwise its name would be taken in the next attempt.
 * </ul>
 */
@Singleton
public final class TenantMigrator {

  private static final Logger LOG = Logger.getLogger(TenantMigrator.class);

  private static final String INVALID_TEXT = "22P02";

  /** Lock not available, deadlock, serialization failure. */
  private static final Set<String> BLOCKED = Set.of("55P03", "40P01", "40001");

  /** How many times a plan is made, if other sessions change the history before it is locked. */
  private static final int MAX_PLANS = 3;

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

  /** Makes one attempt to migrate a tenant whose lease the caller holds. */
  public MigrationResult migrate(
      TenantLocation tenant, ClusterAccess access, Plan plan, MigrationTimeouts timeouts) {
    long start = System.nanoTime();
    MigrationResult result;
    List<String> done = new ArrayList<>();
    try (Session session = open(tenant, access, timeouts)) {
      result = new Run(session, tenant, timeouts, done).migrate(plan);
    } catch (SqlError e) {
      result = refused(tenant.tenantId(), e, "", List.copyOf(done));
    } catch (DatabaseUnavailable e) {
      result =
          new MigrationResult.Deferred(
              ErrorCode.DATABASE_UNAVAILABLE,
              "The tenant's PostgreSQL server is unavailable.",
              List.copyOf(done));
    } catch (TenantryException e) {
      result = MigrationResult.of(e);
    }
    result =
        result instanceof MigrationResult.Failed failed ? skippedIfDeleted(tenant, failed) : result;
    meters
        .timer(
            "tenantry.migration",
            "outcome",
            result.getClass().getSimpleName().toLowerCase(Locale.ROOT))
        .record(Duration.ofNanos(System.nanoTime() - start));
    return result;
  }

  /**
   * Plans a route and makes one attempt.
   *
   * @throws TenantryException if no plan can be made; the tenant's database is not opened then
   */
  MigrationResult migrate(
      TenantLocation tenant, ClusterAccess access, Plan.Route route, MigrationTimeouts timeouts) {
    return migrate(tenant, access, planner.plan(route), timeouts);
  }

  private Session open(TenantLocation tenant, ClusterAccess access, MigrationTimeouts timeouts) {
    return clusters.migrator(access, TenantData.of(tenant), timeouts.statement(), timeouts.lock());
  }

  /**
   * Plans a migration from the tenant's actual history.
   *
   * @throws TenantryException the error that the migration would fail with
   */
  Plan plan(
      TenantLocation tenant, ClusterAccess access, Plan.Route route, MigrationTimeouts timeouts) {
    try (Session session = open(tenant, access, timeouts)) {
      return planner.plan(
          route, History.of(History.read(session, tenant.schema().orElse("public"))));
    }
  }

  private static boolean historyDiffers(SqlError e) {
    return e.sqlState().equals(INVALID_TEXT)
        && e.getMessage().contains(MigrationSql.HISTORY_DIFFERS);
  }

  /** Reports PostgreSQL's message, without its details, which may contain rows. */
  private static MigrationResult refused(
      UUID tenantId, SqlError e, String script, List<String> standing) {
    LOG.infof(
        "migration script failed tenant=%s script=%s sqlstate=%s: %s",
        tenantId, script, e.sqlState(), e.getMessage());
    String message =
        "%s%s (SQLSTATE %s)"
            .formatted(script.isEmpty() ? "" : script + ": ", e.getMessage(), e.sqlState());
    return BLOCKED.contains(e.sqlState())
        ? new MigrationResult.Deferred(ErrorCode.MIGRATION_BLOCKED, message, standing)
        : new MigrationResult.Failed(ErrorCode.MIGRATION_FAILED, message, standing);
  }

  /** A failure on a tenant that is being deleted counts as skipped. */
  private MigrationResult skippedIfDeleted(TenantLocation tenant, MigrationResult.Failed failed) {
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

  /** The result for a tenant that is being deleted. */
  public static MigrationResult.Skipped skipped(UUID tenantId) {
    return new MigrationResult.Skipped(
        ErrorCode.TENANT_NOT_FOUND, "The tenant %s is deleted.".formatted(tenantId));
  }

  /** One attempt, in its session. */
  private final class Run {

    private final Session session;
    private final UUID tenantId;
    private final String schema;
    private final MigrationSql sql;
    private final MigrationTimeouts timeouts;
    private final List<String> done;

    /** The running script, if it was sent in its own message. */
    private String running = "";

    /**
     * Creates an attempt in a session.
     *
     * @param done receives the committed scripts
     */
    Run(Session session, TenantLocation tenant, MigrationTimeouts timeouts, List<String> done) {
      this.session = session;
      this.done = done;
      this.tenantId = tenant.tenantId();
      this.schema = tenant.schema().orElse("public");
      this.sql = new MigrationSql(schema);
      this.timeouts = timeouts;
    }

    MigrationResult migrate(Plan plan) {
      Plan current = plan;
      for (int round = 0; round < MAX_PLANS; round++) {
        try {
          if (round > 0 || !checksHistoryFirst(current)) {
            current = planner.plan(plan.route(), History.of(History.read(session, schema)));
          }
          apply(current);
          return new MigrationResult.Migrated(List.copyOf(done));
        } catch (DatabaseUnavailable e) {
          throw e;
        } catch (TenantryException e) {
          return MigrationResult.of(e, List.copyOf(done));
        } catch (SqlError e) {
          if (!historyDiffers(e)) {
            return refused(e, current);
          }
          running = "";
          session.execute("ROLLBACK");
        }
      }
      return new MigrationResult.Deferred(
          ErrorCode.MIGRATION_BLOCKED,
          "Other sessions keep changing the tenant's migration history.",
          List.copyOf(done));
    }

    /** Whether the plan's first message checks the history. */
    private static boolean checksHistoryFirst(Plan plan) {
      return plan.from().isPresent()
          && !plan.steps().isEmpty()
          && plan.steps().getFirst().parsed().transactional();
    }

    /** Determines the failed script: the first one whose effect is missing from the history. */
    private MigrationResult refused(SqlError error, Plan plan) {
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

    /** Consecutive undo scripts run in one transaction. */
    private void rollBack(Plan plan) {
      History history = plan.from().orElseThrow();
      List<String> together = new ArrayList<>();
      for (Step step : plan.steps()) {
        if (!step.parsed().transactional()) {
          commit(together);
          runOutside(step, history);
        } else {
          running = step.script();
          // Deferred checks would prevent the next script from altering the table.
          session.execute(
              "%s\n%s\n%s\n;\n%s;\n%s%s"
                  .formatted(
                      together.isEmpty() ? sql.begin(history) : "",
                      sql.openScript(),
                      step.sql(),
                      MigrationSql.RESET_SEARCH_PATH,
                      DeferredConstraints.check(schema),
                      sql.change(step)),
              timeouts.statement().multipliedBy(step.parsed().statements().size()));
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
        session.execute(script.toString(), timeouts.statement().multipliedBy(statements));
        steps.forEach(step -> done.add(step.script()));
        script.setLength(0);
        steps.clear();
      }
    }

    /**
     * Runs a script statement by statement, under a lock that a replica presumed dead may still
     * hold.
     */
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
            ErrorCode.MIGRATION_BLOCKED, "Another session is running " + step.script() + ".");
      }
      String state =
          session
              .first(row -> row.getString(0), "SELECT " + History.stateQuery(schema))
              .orElseThrow();
      if (!state.equals(before.state())) {
        throw new TenantryException(
            ErrorCode.MIGRATION_BLOCKED,
            "Another session has changed the tenant's migration history.");
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
        dropInvalidIndexesAfter(e);
        throw e;
      }
      session.execute(MigrationSql.RESET_SEARCH_PATH);
      session.execute(sql.change(step));
      session.execute("SELECT pg_advisory_unlock_all()");
      done.add(step.script());
    }

    private void dropInvalidIndexesAfter(SqlError failure) {
      try {
        session.execute(MigrationSql.RESET_SEARCH_PATH);
        dropInvalidIndexes();
      } catch (SqlError e) {
        // The next attempt starts with it.
        failure.addSuppressed(e);
      }
    }

    /**
     * Drops indexes that an unfinished {@code CREATE INDEX CONCURRENTLY} of a migration left.
     * Indexes of the tenant are kept, because it may be building them.
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
