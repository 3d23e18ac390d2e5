package io.tenantry.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Api;
import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Printer;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class JobCommands extends CommandGroup {

  public static final Columns COLUMNS =
      Columns.of(
          "JOB id",
          "TYPE type",
          "TENANT tenant_id",
          "STATUS status",
          "ATTEMPTS attempts n",
          "PERCENT progress.percent n",
          "CREATED created_at time",
          "FINISHED finished_at time");
  private static final String JOB = "/api/v1/jobs/{}";

  /** A service that has jobs. */
  enum Service {
    TENANT,
    BACKUP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Waits for a started job and returns it if {@code --wait} was given; otherwise prints it. */
  public static Optional<JsonNode> follow(
      CommandGroup group, Api api, JsonNode job, Waiting waiting) {
    if (waiting.isAsked()) {
      return Optional.of(waiting.job(api, job, group.terminal()));
    }
    group.printer().row(job, COLUMNS);
    group.say("To wait for it: tenantctl jobs wait " + job.path("id").asText());
    return Optional.empty();
  }

  private Api api(Service service) {
    return service == Service.TENANT ? platform().tenants() : platform().backups();
  }

  @Command(
      description = "List jobs of both services, newest first",
      footer = {
        "  tenantctl jobs list --status failed",
        "  tenantctl jobs list --service backup --tenant globex --all"
      })
  void list(
      @Option(names = "--service", description = "${COMPLETION-CANDIDATES}; both if not given")
          @Nullable Service service,
      @Option(names = "--tenant", paramLabel = "TENANT", description = "of this tenant")
          @Nullable String tenant,
      @Option(names = "--type", description = "of this type, such as backup") @Nullable String type,
      @Option(names = "--status", description = "pending, running, completed, failed or cancelled")
          @Nullable String status,
      @Mixin Paging paging) {
    Target target =
        Target.of("/api/v1/jobs")
            .with("tenant_id", tenantIdOrNull(tenant))
            .with("type", type)
            .with("status", status);
    if (service != null) {
      list(api(service), target, paging, COLUMNS);
      return;
    }
    if (paging.all || paging.after != null) {
      throw CommandException.usage("--all and --after need --service");
    }
    int limit = paging.first();
    List<JsonNode> newest =
        Stream.of(Service.values())
            .flatMap(each -> api(each).get(target.with("limit", limit)).path("items").valueStream())
            .sorted(
                Comparator.comparing((JsonNode job) -> job.path("created_at").asText()).reversed())
            .limit(limit)
            .toList();
    try (Printer.Rows rows = printer().rows(COLUMNS)) {
      newest.forEach(rows::add);
    }
  }

  @Command(
      description = "Show a job with its steps, and why it failed",
      footer = "  tenantctl jobs show 0b5f2c1e-54a8-4f6e-a1ce-0c9c3ad1f0aa")
  void show(@Parameters(paramLabel = "JOB", description = "the job's id") String job) {
    printer().details(find(job).job(), COLUMNS);
  }

  @Command(
      description = "Wait until a job is finished and show progress; exits with 1 if it failed",
      footer = "  tenantctl jobs wait 0b5f2c1e-54a8-4f6e-a1ce-0c9c3ad1f0aa --wait-for 10m")
  void wait(
      @Parameters(paramLabel = "JOB", description = "the job's id") String job,
      @Mixin Waiting waiting) {
    Found found = find(job);
    printer().row(waiting.job(found.api(), found.job(), terminal()), COLUMNS);
  }

  @Command(
      description = "Cancel a job that has not begun or waits for its next attempt",
      footer = "  tenantctl jobs cancel 0b5f2c1e-54a8-4f6e-a1ce-0c9c3ad1f0aa")
  void cancel(@Parameters(paramLabel = "JOB", description = "the job's id") String job) {
    Found found = find(job);
    printer().row(found.api().post(Target.of(JOB + "/cancel", job)), COLUMNS);
  }

  private record Found(Api api, JsonNode job) {}

  /** Ids are unique across the services: the service that knows a job owns it. */
  private Found find(String job) {
    List<Api> services = List.of(platform().tenants(), platform().backups());
    try {
      return new Found(services.getFirst(), services.getFirst().get(Target.of(JOB, job)));
    } catch (ApiException e) {
      if (e.status() != 404) {
        throw e;
      }
      return new Found(services.getLast(), services.getLast().get(Target.of(JOB, job)));
    }
  }
}
