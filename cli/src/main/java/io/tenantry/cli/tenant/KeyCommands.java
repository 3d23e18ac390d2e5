package io.tenantry.cli.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.command.Saving;
import io.tenantry.cli.command.Secret;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Printer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class KeyCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "KEY_ID key_id",
          "NAME name",
          "PREFIX prefix",
          "SCOPES scopes",
          "STATUS status",
          "CREATED created_at time",
          "EXPIRES expires_at time",
          "LAST_USED last_used_at time");
  private static final Columns ISSUED =
      Columns.of(
          "KEY_ID key_id", "NAME name", "SCOPES scopes", "EXPIRES expires_at time", "KEY key");
  private static final Columns VALIDATION =
      Columns.of(
          "VALID valid yes", "REASON reason", "TENANT tenant_id", "KEY_ID key_id", "SCOPES scopes");
  private static final String KEYS = "/api/v1/tenants/{}/api-keys";

  /** Prints issued keys as a table of their own; JSON output already contains them. */
  static void showIssued(JsonNode keys, CommandGroup group) {
    if (group.printer().format() != Format.TABLE || keys.isEmpty()) {
      return;
    }
    group.terminal().out().println();
    try (Printer.Rows rows = group.printer().rows(ISSUED)) {
      keys.forEach(rows::add);
    }
    group.say("These keys are not shown again.");
  }

  @Command(
      description = "List a tenant's API keys, including expired and revoked ones",
      footer = "  tenantctl keys list globex")
  void list(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Mixin Paging paging) {
    list(platform().tenants(), Target.of(KEYS, tenantId(tenant)), paging, COLUMNS);
  }

  @Command(
      description = "Show an API key",
      footer = "  tenantctl keys show globex 7f8d6fcf-882a-4044-bded-df831dedf289")
  void show(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Parameters(paramLabel = "KEY_ID", description = "the key's id") String key) {
    printer()
        .details(platform().tenants().get(Target.of(KEYS + "/{}", tenantId(tenant), key)), COLUMNS);
  }

  @Command(
      description = "Issue an API key, which is shown only once",
      footer = {
        "  tenantctl keys create globex events --scope write",
        "  tenantctl keys create globex ci --save ci.key"
      })
  void create(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Parameters(paramLabel = "NAME", description = "its purpose") String name,
      @Option(
              names = "--scope",
              description = "its scope: read, write or webhooks; may be repeated")
          @Nullable List<String> scopes,
      @Option(names = "--prefix", description = "its prefix") @Nullable String prefix,
      @Option(
              names = "--expires",
              paramLabel = "TIME",
              description = "when it expires, such as 2027-01-01T00:00:00Z")
          @Nullable String expires,
      @Mixin Saving saving) {
    issued(
        platform()
            .tenants()
            .post(
                Target.of(KEYS, tenantId(tenant)),
                Json.body()
                    .with("name", name)
                    .with("scopes", scopes)
                    .with("prefix", prefix)
                    .with("expires_at", expires)),
        saving);
  }

  private void issued(JsonNode key, Saving saving) {
    String notice = saving.keep(key, "key", "key");
    printer().row(key, ISSUED);
    say(notice);
  }

  @Command(
      description = "Rotate a key: issue a new one; the previous one stays valid for a while",
      footer = "  tenantctl keys rotate globex 7f8d6fcf-882a-4044-bded-df831dedf289 --overlap 1h")
  void rotate(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Parameters(paramLabel = "KEY_ID", description = "the key's id") String key,
      @Option(
              names = "--overlap",
              paramLabel = "TIME",
              description = "how long the previous key stays valid")
          @Nullable Duration overlap,
      @Mixin Saving saving) {
    issued(
        platform()
            .tenants()
            .post(
                Target.of(KEYS + "/{}/rotate", tenantId(tenant), key),
                Json.body().with("overlap_seconds", overlap == null ? null : overlap.toSeconds())),
        saving);
  }

  @Command(
      description = "Revoke an API key; it stops working everywhere within a second",
      footer = "  tenantctl keys revoke globex 7f8d6fcf-882a-4044-bded-df831dedf289 --yes")
  void revoke(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Parameters(paramLabel = "KEY_ID", description = "the key's id") String key,
      @Mixin Confirmation confirmation) {
    String id = tenantId(tenant);
    confirmation.require(terminal(), "This revokes key %s of tenant %s.".formatted(key, tenant));
    platform().tenants().delete(Target.of(KEYS + "/{}", id, key));
    say("Key " + key + " revoked.");
  }

  @Command(
      description = "Check a tenant's API key; exits with 1 if it is not valid",
      footer = "  tenantctl keys validate --key-file key --scope write")
  int validate(
      @Option(
              names = "--key-file",
              paramLabel = "FILE",
              required = true,
              description = "the file with the key; - for standard input")
          String file,
      @Option(names = "--scope", description = "the required scope") @Nullable String scope) {
    JsonNode answer =
        platform()
            .tenants()
            .post(
                Target.of("/api/v1/api-keys/validate"),
                Json.body()
                    .with("key", Secret.read(Optional.of(file), terminal()).orElseThrow())
                    .with("scope", scope));
    printer().row(answer, VALIDATION);
    return (answer.path("valid").asBoolean() ? ExitCode.OK : ExitCode.FAILURE).number();
  }

  @Command(
      description = "Collect the API keys that a job issued; possible only once",
      footer = "  tenantctl keys collect 0b5f2c1e-54a8-4f6e-a1ce-0c9c3ad1f0aa")
  void collect(@Parameters(paramLabel = "JOB", description = "the job's id") String job) {
    printer()
        .list(
            platform().tenants().post(Target.of("/api/v1/jobs/{}/api-keys/collect", job)), ISSUED);
    say("These keys are not shown again.");
  }
}
