package io.tenantry.cli.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.platform.JobCommands;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class ProjectCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "PROJECT project_id",
          "NAME name",
          "ENVIRONMENT environment",
          "STATUS status",
          "REGION region",
          "SERVICES services",
          "CREATED created_at time");
  private static final String PROJECT = "/api/v1/projects/{}";

  @Command(
      description = "Register a project; its database is created when it is provisioned",
      footer = "  tenantctl projects create storefront --environment production --owner alice")
  void create(
      @Parameters(paramLabel = "NAME", description = "1 to 255 of A-Z a-z 0-9 _ -") String name,
      @Option(
              names = {"-e", "--environment"},
              description = "development, staging or production")
          @Nullable String environment,
      @Option(names = "--region", description = "the region of its database")
          @Nullable String region,
      @Option(names = "--owner", paramLabel = "ID", description = "the id of its owner")
          @Nullable String owner,
      @Option(
              names = "--organization",
              paramLabel = "ID",
              description = "the id of its organization")
          @Nullable String organization,
      @Option(
              names = "--metadata",
              paramLabel = "KEY=VALUE",
              description = "a metadata entry; may be repeated")
          @Nullable Map<String, String> metadata) {
    printer()
        .row(
            platform()
                .tenants()
                .post(
                    Target.of("/api/v1/projects"),
                    Json.body()
                        .with("name", name)
                        .with("environment", environment)
                        .with("region", region)
                        .with("owner_id", owner)
                        .with("organization_id", organization)
                        .with("metadata", metadata)),
            COLUMNS);
  }

  @Command(
      description = "List projects, oldest first; deleted ones only with --status deleted",
      footer = "  tenantctl projects list --status registered")
  void list(
      @Option(
              names = "--status",
              description = "registered, provisioning, active, suspended, deleting or deleted")
          @Nullable String status,
      @Mixin Paging paging) {
    list(
        platform().tenants(),
        Target.of("/api/v1/projects").with("status", status),
        paging,
        COLUMNS);
  }

  @Command(
      description = "Show a project",
      footer = "  tenantctl projects show 01a1fc6b-37a5-7f53-a72d-95728c633816")
  void show(@Parameters(paramLabel = "ID", description = "the project's id") String project) {
    printer().details(platform().tenants().get(Target.of(PROJECT, project)), COLUMNS);
  }

  @Command(
      description = "Provision a registered project; its API keys are collected from the job",
      footer = {
        "  tenantctl projects provision 01a1fc6b-37a5-7f53-a72d-95728c633816 --wait",
        "  tenantctl projects provision 01a1fc6b-37a5-7f53-a72d-95728c633816 --api-keys 2"
      })
  void provision(
      @Parameters(paramLabel = "ID", description = "the project's id") String project,
      @Option(names = "--region", description = "the region of its database")
          @Nullable String region,
      @Option(
              names = "--service",
              paramLabel = "TYPE",
              description = "auth, realtime or storage; may be repeated")
          @Nullable List<String> services,
      @Option(
              names = "--api-keys",
              paramLabel = "N",
              description = "the number of API keys to issue")
          @Nullable Integer keys,
      @Mixin Waiting waiting) {
    Json.Body body = Json.body().with("region", region);
    if (services != null) {
      Json.Body wanted = Json.body();
      for (String type : List.of("auth", "realtime", "storage")) {
        wanted.with(type, services.contains(type));
      }
      body.with("services", wanted);
    }
    if (keys != null) {
      body.with("api_keys", Json.body().with("count", keys));
    }
    JsonNode job = platform().tenants().post(Target.of(PROJECT + "/provision", project), body);
    JobCommands.follow(this, platform().tenants(), job, waiting)
        .ifPresent(
            done -> {
              printer().row(platform().tenants().get(Target.of(PROJECT, project)), COLUMNS);
              say("Its API keys: tenantctl keys collect " + done.path("id").asText());
            });
  }
}
