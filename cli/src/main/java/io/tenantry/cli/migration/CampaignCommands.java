package io.tenantry.cli.migration;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Printer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class CampaignCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "CAMPAIGN id",
          "BLUEPRINT blueprint",
          "DIRECTION direction",
          "TO target_version",
          "STATUS status",
          "WAVE wave n",
          "CURRENT tenants.current n",
          "COMPLETED tenants.completed n",
          "FAILED tenants.failed n",
          "PENDING tenants.pending n",
          "FINISHED finished_at time");
  private static final Columns WAYS =
      Columns.of(
          "FROM from_version", "TENANTS tenants n", "STEPS plan.steps size", "ERROR error.message");
  private static final String CAMPAIGNS = "/api/v1/campaigns";
  private static final String CAMPAIGN = CAMPAIGNS + "/{}";

  /** The options of a campaign. */
  @RegisterForReflection
  static final class Pace {
    @Option(
        names = "--to",
        paramLabel = "VERSION",
        description = "the version; the blueprint's current one if not given")
    @Nullable String version;

    @Option(
        names = "--canary",
        paramLabel = "N",
        description = "number of tenants to migrate first, which must all succeed; 1 if not given")
    @Nullable Integer canary;

    @Option(
        names = "--wave",
        paramLabel = "N",
        description = "number of tenants in each further wave")
    @Nullable Integer wave;

    @Option(
        names = "--parallelism",
        paramLabel = "N",
        description = "number of tenants migrated at the same time")
    @Nullable Integer parallelism;

    @Option(
        names = "--max-failures",
        paramLabel = "N",
        description = "halt at this number of failures")
    @Nullable Integer maxFailures;

    @Option(
        names = "--max-failure-rate",
        paramLabel = "RATE",
        description = "halt at a larger share of failures, 0 to 1; 0.05 if not given")
    @Nullable Double maxFailureRate;

    Json.Body body(String blueprint) {
      return Json.body()
          .with("blueprint", blueprint)
          .with("target_version", version)
          .with("canary", canary)
          .with("wave_size", wave)
          .with("parallelism", parallelism)
          .with("max_failures", maxFailures)
          .with("max_failure_rate", maxFailureRate);
    }
  }

  @Command(description = "Show what a campaign would do", footer = "  tenantctl campaigns plan car")
  void plan(
      @Parameters(paramLabel = "BLUEPRINT", description = "the blueprint of the tenants")
          String blueprint,
      @Mixin Pace pace) {
    JsonNode plan =
        platform().backups().post(Target.of(CAMPAIGNS), pace.body(blueprint).with("dry_run", true));
    if (printer().format() != Format.TABLE) {
      printer().row(plan, Columns.of("TO target_version"));
      return;
    }
    try (Printer.Rows rows = printer().rows(WAYS)) {
      plan.path("ways").forEach(rows::add);
    }
    say(
        "To %s of %s: %d tenants in %d waves; %d are already at this version."
            .formatted(
                plan.path("target_version").asText(),
                plan.path("blueprint").asText(),
                plan.path("tenants").asLong(),
                plan.path("waves").asLong(),
                plan.path("current").asLong()));
  }

  @Command(
      description =
          "Migrate all tenants of a blueprint to a version, canaries first, then in waves",
      footer = {
        "  tenantctl campaigns start car --watch",
        "  tenantctl campaigns start car --canary 5 --wave 50 --parallelism 8 --backup-first"
      })
  void start(
      @Parameters(paramLabel = "BLUEPRINT", description = "the blueprint of the tenants")
          String blueprint,
      @Mixin Pace pace,
      @Mixin MigrationCommands.Limits limits,
      @Mixin MigrationCommands.BackupFirst backupFirst,
      @Option(names = "--watch", description = "watch it until it is finished") boolean watch) {
    Json.Body body = backupFirst.addTo(limits.addTo(pace.body(blueprint)));
    JsonNode campaign =
        TemplateWait.ask(terminal(), () -> platform().backups().post(Target.of(CAMPAIGNS), body));
    followUp(campaign, watch);
  }

  private void followUp(JsonNode campaign, boolean watch) {
    if (watch) {
      watch(campaign, new Waiting());
      return;
    }
    printer().row(campaign, COLUMNS);
    say("To watch it: tenantctl campaigns watch " + campaign.path("id").asText());
  }

  @Command(
      description =
          "Watch a campaign until it is finished; exits with 1 if it is halted or cancelled, or tenants failed",
      footer = "  tenantctl campaigns watch 01a1fc6b-37a5-7f53-a72d-95728c633816")
  void watch(
      @Parameters(paramLabel = "ID", description = "the campaign's id") String campaign,
      @Option(names = "--wait-for", paramLabel = "TIME", description = "the timeout")
          @Nullable Duration limit) {
    Waiting waiting = new Waiting();
    waiting.limit = limit;
    watch(platform().backups().get(Target.of(CAMPAIGN, campaign)), waiting);
  }

  private void watch(JsonNode campaign, Waiting waiting) {
    String id = campaign.path("id").asText();
    JsonNode ended =
        waiting.until(
            new Waiting.Subject("campaign", "tenantctl campaigns watch " + id),
            held -> platform().backups().get(Target.of(CAMPAIGN, id)),
            campaign,
            CampaignCommands::view,
            now ->
                switch (now.path("status").asText()) {
                  case "completed", "halted", "cancelled" -> true;
                  default -> false;
                },
            terminal());
    printer().row(ended, COLUMNS);
    JsonNode tenants = ended.path("tenants");
    if (ended.path("status").asText().equals("halted")) {
      throw new CommandException(
          ExitCode.FAILURE,
          "the campaign was halted: " + ended.path("reason").asText(),
          "tenantctl campaigns tenants %s --status failed, then retry, resume or rollback"
              .formatted(id));
    }
    if (ended.path("status").asText().equals("cancelled")) {
      throw new CommandException(
          ExitCode.FAILURE,
          "the campaign was cancelled",
          "tenantctl campaigns tenants %s --status cancelled".formatted(id));
    }
    if (tenants.path("failed").asLong() > 0) {
      throw new CommandException(
          ExitCode.FAILURE,
          tenants.path("failed").asLong() + " tenants failed",
          "tenantctl campaigns tenants %s --status failed, then campaigns retry".formatted(id));
    }
  }

  private static Waiting.View view(JsonNode campaign) {
    JsonNode tenants = campaign.path("tenants");
    long done = 0;
    for (String state : new String[] {"completed", "failed", "skipped", "cancelled"}) {
      done += tenants.path(state).asLong();
    }
    long failed = tenants.path("failed").asLong();
    long wave = campaign.path("wave").asLong();
    String status = campaign.path("status").asText();
    return new Waiting.View(
        (status.equals("running") ? (wave == 0 ? "canaries" : "wave " + wave) : status)
            + (failed == 0 ? "" : ", " + failed + " failed"),
        done,
        done + tenants.path("pending").asLong() + tenants.path("running").asLong(),
        "tenants");
  }

  @Command(
      description = "List campaigns, newest first",
      footer = "  tenantctl campaigns list --blueprint car --status halted")
  void list(
      @Option(names = "--blueprint", description = "of this blueprint") @Nullable String blueprint,
      @Option(names = "--status", description = "running, paused, halted, completed or cancelled")
          @Nullable String status,
      @Mixin Paging paging) {
    list(
        platform().backups(),
        Target.of(CAMPAIGNS).with("blueprint", blueprint).with("status", status),
        paging,
        COLUMNS);
  }

  @Command(
      description = "Show a campaign",
      footer = "  tenantctl campaigns show 01a1fc6b-37a5-7f53-a72d-95728c633816")
  void show(@Parameters(paramLabel = "ID", description = "the campaign's id") String campaign) {
    printer().details(platform().backups().get(Target.of(CAMPAIGN, campaign)), COLUMNS);
  }

  @Command(
      description = "List a campaign's tenants with the status of their migrations",
      footer = "  tenantctl campaigns tenants 01a1fc6b-37a5-7f53-a72d-95728c633816 --status failed")
  void tenants(
      @Parameters(paramLabel = "ID", description = "the campaign's id") String campaign,
      @Option(
              names = "--status",
              description =
                  "pending, backing_up, running, waiting, completed, failed, skipped or cancelled")
          @Nullable String status,
      @Mixin Paging paging) {
    list(
        platform().backups(),
        Target.of(CAMPAIGN + "/migrations", campaign).with("status", status),
        paging,
        MigrationCommands.COLUMNS);
  }

  @Command(
      description = "Pause a campaign: start no further tenants; running migrations are finished",
      footer = "  tenantctl campaigns pause 01a1fc6b-37a5-7f53-a72d-95728c633816")
  void pause(@Parameters(paramLabel = "ID", description = "the campaign's id") String campaign) {
    act(campaign, "pause");
  }

  @Command(
      description = "Resume a paused or halted campaign",
      footer = "  tenantctl campaigns resume 01a1fc6b-37a5-7f53-a72d-95728c633816")
  void resume(@Parameters(paramLabel = "ID", description = "the campaign's id") String campaign) {
    act(campaign, "resume");
  }

  @Command(
      description = "Retry failed tenants and resume",
      footer = "  tenantctl campaigns retry 01a1fc6b-37a5-7f53-a72d-95728c633816")
  void retry(@Parameters(paramLabel = "ID", description = "the campaign's id") String campaign) {
    act(campaign, "retry");
  }

  @Command(
      description = "Cancel a campaign: start no further tenants; running migrations are finished",
      footer = "  tenantctl campaigns cancel 01a1fc6b-37a5-7f53-a72d-95728c633816")
  void cancel(@Parameters(paramLabel = "ID", description = "the campaign's id") String campaign) {
    act(campaign, "cancel");
  }

  private void act(String campaign, String action) {
    printer().row(platform().backups().post(Target.of(CAMPAIGN + "/" + action, campaign)), COLUMNS);
  }

  @Command(
      description = "Roll back the migrations of a campaign, by a new campaign",
      footer = "  tenantctl campaigns rollback 01a1fc6b-37a5-7f53-a72d-95728c633816 --watch")
  void rollback(
      @Parameters(paramLabel = "ID", description = "the campaign's id") String campaign,
      @Option(names = "--watch", description = "watch it until it is finished") boolean watch,
      @Mixin MigrationCommands.BackupBeforeRollback backupFirst,
      @Mixin Confirmation confirmation) {
    confirmation.require(
        terminal(),
        "This rolls back every tenant of campaign %s; data that the undo migrations drop is lost%s."
            .formatted(campaign, backupFirst.none ? "" : ", except in a backup taken before"));
    followUp(
        platform()
            .backups()
            .post(
                Target.of(CAMPAIGN + "/rollback", campaign)
                    .with("backup_first", backupFirst.wanted())),
        watch);
  }
}
