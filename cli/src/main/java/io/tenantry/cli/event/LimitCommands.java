package io.tenantry.cli.event;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.output.Columns;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class LimitCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of("EVENTS events n", "PERIOD_SECONDS period_seconds n");
  private static final Columns LIST =
      Columns.of(
          "ID id",
          "NAME name",
          "TENANT tenant_id",
          "EVENTS events n",
          "PERIOD_SECONDS period_seconds n");

  /** The tenant or instance of a limit. */
  @RegisterForReflection
  static final class Subject {
    @ArgGroup(multiplicity = "1")
    Choice choice;

    @RegisterForReflection
    static final class Choice {
      @Option(names = "--tenant", paramLabel = "TENANT", description = "the tenant")
      @Nullable String tenant;

      @Option(names = "--instance", paramLabel = "NAME", description = "the channel instance")
      @Nullable String instance;
    }
  }

  private Target target(Subject subject) {
    return Optional.ofNullable(subject.choice.tenant)
        .map(tenant -> Target.of("/api/v1/limits/tenants/{}", tenantId(tenant)))
        .or(() -> Optional.ofNullable(subject.choice.instance).map(this::instanceTarget))
        .orElseThrow();
  }

  private Target instanceTarget(String instance) {
    return Target.of(
        "/api/v1/limits/instances/{}",
        platform()
            .ingestion()
            .get(Target.of("/api/v1/instances/{}", instance))
            .path("instance_id")
            .asText());
  }

  @Command(
      description = "List the tenants, or the channel instances, whose limit was set",
      footer = {"  tenantctl limits list", "  tenantctl limits list --instances"})
  void list(
      @Option(names = "--instances", description = "the channel instances") boolean instances,
      @Mixin Paging paging) {
    list(
        platform().ingestion(),
        Target.of("/api/v1/limits/{}", instances ? "instances" : "tenants"),
        paging,
        LIST);
  }

  @Command(
      description = "Show how many events a tenant or instance may send to each replica",
      footer = "  tenantctl limits show --tenant globex")
  void show(@Mixin Subject subject) {
    printer().row(platform().ingestion().get(target(subject)), COLUMNS);
  }

  @Command(
      description = "Set how many events a tenant or instance may send to each replica",
      footer = "  tenantctl limits set 500 --instance support --per 1m")
  void set(
      @Parameters(paramLabel = "EVENTS", description = "the number of events") long events,
      @Option(
              names = "--per",
              paramLabel = "TIME",
              defaultValue = "1s",
              description = "the period; 1s if not given")
          Duration period,
      @Mixin Subject subject) {
    printer()
        .row(
            platform()
                .ingestion()
                .put(
                    target(subject),
                    Json.body().with("events", events).with("period_seconds", period.toSeconds())),
            COLUMNS);
  }

  @Command(
      description = "Remove a limit, so that the service's limit applies",
      footer = "  tenantctl limits clear --tenant globex")
  void clear(@Mixin Subject subject) {
    platform().ingestion().delete(target(subject));
    say("Limit removed; the service's limit applies.");
  }
}
