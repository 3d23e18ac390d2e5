package io.tenantry.cli.migration;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Printer;
import io.tenantry.cli.platform.JobCommands;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class MigrationCommands extends CommandGroup {

  static final Columns COLUMNS =
      Columns.of(
          "MIGRATION id",
          "TENANT tenant_id",
          "DIRECTION direction",
          "FROM from_version",
          "TO to_version",
          "STATUS status",
          "ATTEMPTS attempts n",
          "FINISHED finished_at time",
          "ERROR error.message");
  private static final Columns STATES =
      Columns.of(
          "TENANT tenant_id",
          "NAME name",
          "BLUEPRINT blueprint",
          "VERSION version",
          "CURRENT current_version",
          "STATUS status",
          "ERROR error.message");
  private static final Columns SUMMARY =
      Columns.of(
          "BLUEPRINT blueprint",
          "CURRENT current_version",
          "UP_TO_DATE up_to_date n",
          "PENDING pending n",
          "FAILED failed n",
          "DRIFTED drifted n");
  static final Columns STEPS = Columns.of("SCRIPT script", "TRANSACTIONAL transactional yes");
  private static final Columns DIFFERENCES =
      Columns.of("OBJECT name", "KIND kind", "CHANGE change", "EXPECTED expected", "ACTUAL actual");
  private static final String MIGRATIONS = "/api/v1/tenants/{}/migrations";

  /** The tenant and the target version. */
  @RegisterForReflection
  static final class Goal {
    @Parameters(paramLabel = "TENANT", description = "the tenant")
    String tenant;

    @Option(
        names = "--to",
        paramLabel = "VERSION",
        description = "the version; the current one if not given")
    @Nullable String version;

    Json.Body body() {
      return Json.body().with("target_version", version);
    }
  }

  /** Timeouts of migrations' statements. */
  @RegisterForReflection
  static final class Limits {
    @Option(
        names = "--lock-timeout",
        paramLabel = "TIME",
        description = "lock timeout of a statement")
    @Nullable Duration lock;

    @Option(names = "--statement-timeout", paramLabel = "TIME", description = "statement timeout")
    @Nullable Duration statement;

    Json.Body addTo(Json.Body body) {
      return body.with("lock_timeout_ms", lock == null ? null : lock.toMillis())
          .with("statement_timeout_ms", statement == null ? null : statement.toMillis());
    }
  }

  /** Whether to back up before a migration. */
  @RegisterForReflection
  static final class BackupFirst {
    @Option(names = "--backup-first", description = "back up each tenant first")
    boolean backup;

    Json.Body addTo(Json.Body body) {
      return body.with("backup_first", backup ? true : null);
    }
  }

  /** Whether to back up before a rollback, whose undo migrations drop data. */
  @RegisterForReflection
  static final class BackupBeforeRollback {
    @Option(
        names = "--no-backup",
        description =
            "do not back up each tenant first; data that the undo migrations drop is then lost")
    boolean none;

    /** The field of the request; without it, the service backs up. */
    @Nullable Boolean wanted() {
      return none ? false : null;
    }
  }

  @Command(
      description = "List tenants with their migration status",
      footer = {
        "  tenantctl migrations status --summary",
        "  tenantctl migrations status --blueprint car --status failed"
      })
  void status(
      @Option(names = "--blueprint", description = "of this blueprint") @Nullable String blueprint,
      @Option(names = "--status", description = "up_to_date, pending, failed or drifted")
          @Nullable String status,
      @Option(names = "--summary", description = "only counts by blueprint") boolean summary,
      @Mixin Paging paging) {
    if (summary) {
      printer()
          .list(
              platform()
                  .backups()
                  .get(Target.of("/api/v1/migrations/summary").with("blueprint", blueprint)),
              SUMMARY);
      return;
    }
    list(
        platform().backups(),
        Target.of("/api/v1/migrations/status").with("blueprint", blueprint).with("status", status),
        paging,
        STATES);
  }

  @Command(
      description = "Show what would run to migrate a tenant to a version",
      footer = {
        "  tenantctl migrations plan globex",
        "  tenantctl migrations plan globex --to 8f2c135c5fe5 --rollback"
      })
  void plan(
      @Mixin Goal goal,
      @Option(names = "--rollback", description = "a rollback, by the undo migrations")
          boolean rollback) {
    String id = tenantId(goal.tenant);
    Json.Body body =
        goal.body().with("direction", rollback ? "rollback" : null).with("dry_run", true);
    JsonNode plan =
        TemplateWait.ask(
            terminal(), () -> platform().backups().post(Target.of(MIGRATIONS, id), body));
    if (printer().format() != Format.TABLE) {
      printer().row(plan, Columns.of("TO to_version"));
      return;
    }
    try (Printer.Rows rows = printer().rows(STEPS)) {
      plan.path("steps").forEach(rows::add);
    }
    say(
        "From %s to %s of %s: %d to run."
            .formatted(
                plan.path("from_version").asText(),
                plan.path("to_version").asText(),
                plan.path("blueprint").asText(),
                plan.path("steps").size()));
  }

  @Command(
      description = "Migrate a tenant to a version of its blueprint",
      footer = {
        "  tenantctl migrations run globex --wait",
        "  tenantctl migrations run globex --to 8f2c135c5fe5 --backup-first"
      })
  void run(
      @Mixin Goal goal,
      @Mixin Limits limits,
      @Mixin BackupFirst backupFirst,
      @Mixin Waiting waiting) {
    begin(tenantId(goal.tenant), backupFirst.addTo(limits.addTo(goal.body())), waiting);
  }

  @Command(
      description = "Roll a tenant back to a version, by the blueprint's undo migrations",
      footer = "  tenantctl migrations rollback globex --to 8f2c135c5fe5 --wait")
  void rollback(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Option(
              names = "--to",
              paramLabel = "VERSION",
              required = true,
              description = "the version to roll back to")
          String version,
      @Mixin Limits limits,
      @Mixin BackupBeforeRollback backupFirst,
      @Mixin Confirmation confirmation,
      @Mixin Waiting waiting) {
    String id = tenantId(tenant);
    confirmation.require(
        terminal(),
        "This rolls tenant %s back to %s; data that the undo migrations drop is lost%s."
            .formatted(
                tenant, version, backupFirst.none ? "" : ", except in a backup taken before"));
    begin(
        id,
        limits.addTo(
            Json.body()
                .with("target_version", version)
                .with("direction", "rollback")
                .with("backup_first", backupFirst.wanted())),
        waiting);
  }

  private void begin(String tenant, Json.Body body, Waiting waiting) {
    JsonNode job =
        TemplateWait.ask(
            terminal(), () -> platform().backups().post(Target.of(MIGRATIONS, tenant), body));
    JobCommands.follow(this, platform().backups(), job, waiting)
        .ifPresent(
            done ->
                printer()
                    .row(
                        platform()
                            .backups()
                            .get(
                                Target.of(
                                    "/api/v1/migrations/{}",
                                    done.path("result").path("migration_id").asText())),
                        COLUMNS));
  }

  @Command(
      description = "List a tenant's migrations, newest first",
      footer = "  tenantctl migrations list globex")
  void list(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Mixin Paging paging) {
    list(platform().backups(), Target.of(MIGRATIONS, tenantId(tenant)), paging, COLUMNS);
  }

  @Command(
      description = "Show a migration",
      footer = "  tenantctl migrations show 01a1fc6b-37a5-7f53-a72d-95728c633816")
  void show(@Parameters(paramLabel = "ID", description = "the migration's id") String migration) {
    printer()
        .details(platform().backups().get(Target.of("/api/v1/migrations/{}", migration)), COLUMNS);
  }

  @Command(
      description = "Compare a tenant with its golden template; exits with 1 if it differs",
      footer = "  tenantctl migrations drift globex")
  int drift(@Parameters(paramLabel = "TENANT", description = "the tenant") String tenant) {
    JsonNode report =
        platform().backups().get(Target.of("/api/v1/tenants/{}/drift", tenantId(tenant)));
    boolean drifted = report.path("drifted").asBoolean();
    if (printer().format() != Format.TABLE) {
      printer().row(report, Columns.of("TENANT tenant_id"));
    } else if (drifted) {
      try (Printer.Rows rows = printer().rows(DIFFERENCES)) {
        report.path("differences").forEach(rows::add);
      }
    } else {
      say("Tenant " + tenant + " matches its golden template.");
    }
    return (drifted ? ExitCode.FAILURE : ExitCode.OK).number();
  }

  @Command(
      name = "check-drift",
      description = "Check all tenants, or those of one blueprint, for drift",
      footer = "  tenantctl migrations check-drift --blueprint car --wait")
  void checkDrift(
      @Option(names = "--blueprint", description = "of this blueprint") @Nullable String blueprint,
      @Mixin Waiting waiting) {
    JsonNode job =
        platform()
            .backups()
            .post(
                Target.of("/api/v1/migrations/drift-checks"),
                Json.body().with("blueprint", blueprint));
    JobCommands.follow(this, platform().backups(), job, waiting)
        .ifPresent(
            done ->
                printer()
                    .row(
                        done.path("result"),
                        Columns.of("CHECKED checked n", "DRIFTED drifted n", "FAILED failed n")));
  }
}
