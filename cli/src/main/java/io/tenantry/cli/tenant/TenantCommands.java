package io.tenantry.cli.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Api.Answer;
import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Secrets;
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
import io.tenantry.cli.platform.JobCommands;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class TenantCommands extends CommandGroup {

  static final Columns COLUMNS =
      Columns.of(
          "TENANT tenant_id",
          "NAME name",
          "ENVIRONMENT environment",
          "STATUS status",
          "BLUEPRINT blueprint",
          "REGION region",
          "CREATED created_at time");
  private static final Columns COUNTS =
      Columns.of("STATUS status", "ENVIRONMENT environment", "COUNT count n");
  private static final Columns CONNECTION = Columns.of("CONNECTION connection_string");
  private static final Columns ROTATED =
      Columns.of("ROLE role", "FORMER former_role", "VALID_UNTIL former_valid_until time");
  private static final Target TENANTS = Target.of("/api/v1/tenants");
  private static final String TENANT = "/api/v1/tenants/{}";

  @Command(
      description = "Provision tenants: a database for each, a role, services and API keys",
      footer = {
        "  tenantctl tenants create globex --environment production",
        "  tenantctl tenants create globex --api-keys 2 --service auth --metadata plan=gold",
        "  tenantctl tenants create shop1 shop2 shop3 --blueprint shop -o name",
        "  tenantctl tenants create globex --external-id crm-4711",
        "  tenantctl tenants create globex --async --wait"
      })
  void create(
      @Parameters(
              paramLabel = "NAME",
              arity = "1..*",
              description = "1 to 255 of A-Z a-z 0-9 _ -; may be several, one after the other")
          List<String> names,
      @Mixin NewTenant tenant,
      @Option(names = "--async", description = "return a job immediately") boolean async,
      @Mixin Waiting waiting) {
    Json.Body body = tenant.body();
    if (names.size() > 1) {
      if (async) {
        throw CommandException.usage("--async is for one tenant");
      }
      if (tenant.externalId != null) {
        throw CommandException.usage("--external-id is for one tenant");
      }
      createAll(names, body);
      return;
    }
    body.with("name", names.getFirst());
    if (!async) {
      shown(platform().tenants().post(TENANTS, body));
      return;
    }
    Answer answer =
        platform().tenants().send("POST", TENANTS, body.node(), "Prefer", "respond-async");
    if (answer.status() == 200) {
      shown(answer.body());
      return;
    }
    JobCommands.follow(this, platform().tenants(), answer.body(), waiting)
        .ifPresent(
            job ->
                printer()
                    .row(
                        platform().tenants().get(Target.of(TENANT, job.path("tenant_id").asText())),
                        COLUMNS));
  }

  /** Tenants that were created before a failure are printed. */
  private void createAll(List<String> names, Json.Body body) {
    ArrayNode keys = Json.MAPPER.createArrayNode();
    try (Printer.Rows rows = printer().rows(COLUMNS)) {
      for (String name : names) {
        JsonNode tenant = platform().tenants().post(TENANTS, body.with("name", name));
        rows.add(tenant);
        tenant.path("api_keys").forEach(keys::add);
      }
    }
    KeyCommands.showIssued(keys, this);
  }

  /** API keys are shown only once. */
  private void shown(JsonNode tenant) {
    printer().row(tenant, COLUMNS);
    KeyCommands.showIssued(tenant.path("api_keys"), this);
  }

  @Command(
      description = "List tenants, oldest first; deleted ones only with --status deleted",
      footer = {
        "  tenantctl tenants list --environment production --status active",
        "  tenantctl tenants list --external-id crm-4711 -o name",
        "  tenantctl tenants list --sort=-created_at --limit 10",
        "  tenantctl tenants list --all -o json"
      })
  void list(@Mixin TenantFilters filters, @Mixin Paging paging) {
    list(platform().tenants(), filters.target(), paging, COLUMNS);
  }

  @Command(
      description = "Count tenants by status and environment",
      footer = {"  tenantctl tenants count", "  tenantctl tenants count -o json"})
  void count() {
    JsonNode answer = platform().tenants().get(Target.of("/api/v1/tenants/count"));
    if (printer().format() == Format.TABLE) {
      try (Printer.Rows rows = printer().rows(COUNTS)) {
        answer.path("counts").forEach(rows::add);
      }
    } else {
      printer().row(answer, Columns.of("TOTAL total"));
    }
  }

  @Command(
      description = "Show a tenant and the steps of its provisioning",
      footer = {
        "  tenantctl tenants show globex",
        "  tenantctl tenants show production/globex -o yaml"
      })
  void show(@Parameters(paramLabel = "TENANT", description = "the tenant") String tenant) {
    printer().details(platform().tenants().get(Target.of(TENANT, tenantId(tenant))), COLUMNS);
  }

  @Command(
      description = "Rename a tenant; its id and database do not change",
      footer = "  tenantctl tenants rename globex globex_corp")
  void rename(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Parameters(paramLabel = "NAME", description = "its new name") String name) {
    change(tenant, Json.body().with("name", name));
  }

  @Command(
      description = "Change the metadata of a tenant; an empty value removes an entry",
      footer = "  tenantctl tenants annotate globex plan=gold seats=")
  void annotate(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Parameters(
              index = "1",
              paramLabel = "KEY=VALUE",
              arity = "1..*",
              description = "the metadata entries")
          Map<String, String> notes) {
    ObjectNode metadata = Json.MAPPER.createObjectNode();
    notes.forEach(
        (key, value) -> {
          if (value.isEmpty()) {
            metadata.putNull(key);
          } else {
            metadata.put(key, value);
          }
        });
    change(tenant, Json.body().with("metadata", metadata));
  }

  @Command(
      description = "Set the external id of a tenant, your own id of it; an empty one clears it",
      footer = {
        "  tenantctl tenants update globex --external-id crm-4711",
        "  tenantctl tenants update globex --external-id ''"
      })
  void update(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Option(
              names = "--external-id",
              paramLabel = "ID",
              required = true,
              description = "your own id of the tenant")
          String externalId) {
    Json.Body body = Json.body();
    body.node().put("external_id", externalId.isEmpty() ? null : externalId);
    change(tenant, body);
  }

  private void change(String tenant, Json.Body body) {
    printer().row(platform().tenants().patch(Target.of(TENANT, tenantId(tenant)), body), COLUMNS);
  }

  @Command(
      description = "Suspend a tenant: it is kept but cannot be used",
      footer = "  tenantctl tenants suspend globex")
  void suspend(@Parameters(paramLabel = "TENANT", description = "the tenant") String tenant) {
    printer()
        .row(platform().tenants().post(Target.of(TENANT + "/suspend", tenantId(tenant))), COLUMNS);
  }

  @Command(description = "Resume a suspended tenant", footer = "  tenantctl tenants resume globex")
  void resume(@Parameters(paramLabel = "TENANT", description = "the tenant") String tenant) {
    printer()
        .row(platform().tenants().post(Target.of(TENANT + "/resume", tenantId(tenant))), COLUMNS);
  }

  @Command(
      description = "Delete a tenant with its database and role, after a final backup",
      footer = {
        "  tenantctl tenants delete globex --wait",
        "  tenantctl tenants delete globex --no-final-backup --yes"
      })
  void delete(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Option(names = "--no-final-backup", description = "without a final backup") boolean noBackup,
      @Mixin Confirmation confirmation,
      @Mixin Waiting waiting) {
    String id = tenantId(tenant);
    confirmation.require(
        terminal(),
        "This deletes tenant %s with its database, %s a final backup."
            .formatted(tenant, noBackup ? "without" : "after"));
    Target target = Target.of(TENANT, id);
    Answer answer =
        platform()
            .tenants()
            .send("DELETE", target.with("final_backup", noBackup ? "false" : null), null);
    if (answer.status() == 204) {
      say("Tenant " + tenant + " deleted.");
      return;
    }
    if (!waiting.isAsked()) {
      printer().row(answer.body(), COLUMNS);
      return;
    }
    JsonNode state =
        waiting.until(
            new Waiting.Subject("deletion", "tenantctl tenants list --status deleting"),
            held -> existing(target, held),
            answer.body(),
            Waiting.View::ofJob,
            now -> !now.path("status").asText().equals("deleting"),
            terminal());
    if (!state.path("status").asText().equals("deleted")) {
      throw new CommandException(
          ExitCode.FAILURE,
          "the tenant was not deleted: " + state.path("last_deletion").path("failure").asText(),
          "tenantctl tenants delete %s --no-final-backup deletes it without".formatted(id));
    }
    say("Tenant " + tenant + " deleted.");
  }

  /** The tenant; a deleted one is reported as such, since the service no longer returns it. */
  private JsonNode existing(Target target, Duration held) {
    try {
      return Waiting.get(platform().tenants(), target, held);
    } catch (ApiException e) {
      if (e.status() != 404) {
        throw e;
      }
      return Json.body().with("status", "deleted").node();
    }
  }

  @Command(
      description = "Purge a deleted tenant: remove its entry and history from the registry",
      footer = "  tenantctl tenants purge 01a1fc6b-37a5-7f53-a72d-95728c633816 --yes")
  void purge(
      @Parameters(paramLabel = "ID", description = "the tenant's id") String tenant,
      @Mixin Confirmation confirmation) {
    confirmation.require(terminal(), "This purges the deleted tenant %s.".formatted(tenant));
    platform().tenants().post(Target.of(TENANT + "/purge", tenantId(tenant)));
    say("Tenant " + tenant + " purged.");
  }

  @Command(
      description = "Show a tenant's connection string; this is recorded in the audit log",
      footer = {
        "  tenantctl tenants connection globex",
        "  psql \"$(tenantctl tenants connection globex --show-password -o name)\""
      })
  void connection(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Option(names = "--show-password", description = "with the password") boolean password) {
    JsonNode answer =
        platform().tenants().get(Target.of(TENANT + "/connection-string", tenantId(tenant)));
    String text = answer.path("connection_string").asText();
    ((ObjectNode) answer).put("connection_string", password ? text : Secrets.withoutPassword(text));
    printer().row(answer, CONNECTION);
  }

  @Command(
      name = "rotate-credentials",
      description = "Rotate a tenant's credentials; the previous ones stay valid for a while",
      footer = "  tenantctl tenants rotate-credentials globex --overlap 10m")
  void rotateCredentials(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Option(
              names = "--overlap",
              paramLabel = "TIME",
              description = "how long the previous ones stay valid")
          @Nullable Duration overlap) {
    printer()
        .row(
            platform()
                .tenants()
                .post(
                    Target.of(TENANT + "/credentials/rotate", tenantId(tenant)),
                    Json.body()
                        .with("overlap_seconds", overlap == null ? null : overlap.toSeconds())),
            ROTATED);
  }
}
