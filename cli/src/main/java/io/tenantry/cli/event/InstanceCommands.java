package io.tenantry.cli.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.command.Secret;
import io.tenantry.cli.output.Columns;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class InstanceCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "INSTANCE name",
          "TENANT tenant_id",
          "CHANNEL channel_type",
          "DEFAULT is_default yes",
          "ACTIVE is_active yes",
          "UPDATED updated_at time");
  private static final String INSTANCE = "/api/v1/instances/{}";

  /** The settings of an instance; the service's settings apply to those that are not set. */
  @RegisterForReflection
  static final class Fields {
    @Option(names = "--channel", paramLabel = "TYPE", description = "such as whatsapp")
    @Nullable String channel;

    @Option(names = "--evolution-url", paramLabel = "URL", description = "URL of the Evolution API")
    @Nullable String evolutionUrl;

    @Option(
        names = "--evolution-key-file",
        paramLabel = "FILE",
        description = "the file with its key")
    @Nullable String evolutionKey;

    @Option(
        names = "--whatsapp-instance",
        paramLabel = "NAME",
        description = "the name of the instance there")
    @Nullable String whatsapp;

    @Option(
        names = "--session-prefix",
        paramLabel = "TEXT",
        description = "the prefix of session ids")
    @Nullable String session;

    @Option(names = "--agent-url", paramLabel = "URL", description = "URL of the agents' API")
    @Nullable String agentUrl;

    @Option(names = "--agent-key-file", paramLabel = "FILE", description = "the file with its key")
    @Nullable String agentKey;

    @Option(names = "--agent", paramLabel = "NAME", description = "the default agent")
    @Nullable String agent;

    @Option(
        names = "--agent-timeout",
        paramLabel = "SECONDS",
        description = "timeout of an agent, in seconds")
    @Nullable Integer agentTimeout;

    @Option(
        names = "--webhook-secret-file",
        paramLabel = "FILE",
        description = "the file with the secret that signs webhooks")
    @Nullable String webhookSecret;

    @Option(
        names = "--webhook-signing",
        paramLabel = "HOW",
        description = "body, or standard for Standard Webhooks")
    @Nullable String webhookSigning;

    @Option(
        names = "--active",
        arity = "1",
        paramLabel = "true|false",
        description = "whether it accepts messages")
    @Nullable Boolean active;
  }

  private Json.Body body(@Nullable String tenant, Fields fields) {
    return Json.body()
        .with("tenant_id", tenantIdOrNull(tenant))
        .with("channel_type", fields.channel)
        .with("evolution_url", fields.evolutionUrl)
        .with("evolution_key", secret(fields.evolutionKey))
        .with("whatsapp_instance", fields.whatsapp)
        .with("session_id_prefix", fields.session)
        .with("agent_api_url", fields.agentUrl)
        .with("agent_api_key", secret(fields.agentKey))
        .with("default_agent", fields.agent)
        .with("agent_timeout", fields.agentTimeout)
        .with("webhook_secret", secret(fields.webhookSecret))
        .with("webhook_signing", fields.webhookSigning)
        .with("is_active", fields.active);
  }

  private @Nullable String secret(@Nullable String file) {
    return Secret.read(Optional.ofNullable(file), terminal()).orElse(null);
  }

  @Command(description = "List channel instances by name", footer = "  tenantctl instances list")
  void list(@Mixin Paging paging) {
    list(platform().ingestion(), Target.of("/api/v1/instances"), paging, COLUMNS);
  }

  @Command(
      description = "Show an instance and its effective settings",
      footer = {"  tenantctl instances show support", "  tenantctl instances show default"})
  void show(
      @Parameters(
              paramLabel = "NAME",
              description = "the instance; default selects the default one")
          String name) {
    printer().details(platform().ingestion().get(Target.of(INSTANCE, name)), COLUMNS);
  }

  @Command(
      description = "Create an instance; the first one becomes the default",
      footer = "  tenantctl instances add support globex --webhook-secret-file hook.secret")
  void add(
      @Parameters(paramLabel = "NAME", description = "its name") String name,
      @Parameters(paramLabel = "TENANT", description = "the tenant that it belongs to")
          String tenant,
      @Mixin Fields fields) {
    printer()
        .row(
            platform()
                .ingestion()
                .post(Target.of("/api/v1/instances"), body(tenant, fields).with("name", name)),
            COLUMNS);
  }

  @Command(
      description =
          "Change an instance; an empty value, or a timeout of 0, resets to the service's setting",
      footer = {
        "  tenantctl instances update support --agent-timeout 30",
        "  tenantctl instances update support --active false"
      })
  void update(
      @Parameters(paramLabel = "NAME", description = "the instance") String name,
      @Option(names = "--tenant", paramLabel = "TENANT", description = "its new tenant")
          @Nullable String tenant,
      @Mixin Fields fields) {
    printer()
        .row(
            platform().ingestion().patch(Target.of(INSTANCE, name), body(tenant, fields)), COLUMNS);
  }

  @Command(
      name = "set-default",
      description = "Make an instance the default",
      footer = "  tenantctl instances set-default support")
  void setDefault(@Parameters(paramLabel = "NAME", description = "the instance") String name) {
    printer().row(platform().ingestion().post(Target.of(INSTANCE + "/set-default", name)), COLUMNS);
  }

  @Command(
      description =
          "Delete an instance; if it is the default, the oldest other instance becomes the default",
      footer = "  tenantctl instances delete support --yes")
  void delete(
      @Parameters(paramLabel = "NAME", description = "the instance") String name,
      @Mixin Confirmation confirmation) {
    confirmation.require(terminal(), "This deletes instance " + name + ".");
    platform().ingestion().delete(Target.of(INSTANCE, name));
    say("Instance " + name + " deleted.");
  }

  @Command(
      description = {
        "Create the first instance from the environment, if there is none yet: EVOLUTION_API_URL,",
        "EVOLUTION_API_KEY, WHATSAPP_INSTANCE, SESSION_ID_PREFIX, AGENT_API_URL, AGENT_API_KEY,",
        "DEFAULT_AGENT_NAME and AGENT_API_TIMEOUT."
      },
      footer =
          "  EVOLUTION_API_URL=https://evolution.example.com tenantctl instances bootstrap globex")
  void bootstrap(
      @Parameters(paramLabel = "TENANT", description = "the tenant that it belongs to")
          String tenant) {
    JsonNode first =
        platform().ingestion().get(Target.of("/api/v1/instances").with("limit", 1)).path("items");
    if (!first.isEmpty()) {
      printer().row(platform().ingestion().get(Target.of(INSTANCE, "default")), COLUMNS);
      say("Instances already exist; this is the default.");
      return;
    }
    String name =
        variable("WHATSAPP_INSTANCE")
            .filter(n -> n.matches("[A-Za-z0-9_-]{1,255}") && !n.equals("default"))
            .orElse("evolution");
    printer()
        .row(
            platform()
                .ingestion()
                .post(
                    Target.of("/api/v1/instances"),
                    Json.body()
                        .with("name", name)
                        .with("tenant_id", tenantId(tenant))
                        .with("evolution_url", variable("EVOLUTION_API_URL").orElse(null))
                        .with("evolution_key", variable("EVOLUTION_API_KEY").orElse(null))
                        .with("whatsapp_instance", variable("WHATSAPP_INSTANCE").orElse(null))
                        .with("session_id_prefix", variable("SESSION_ID_PREFIX").orElse(null))
                        .with("agent_api_url", variable("AGENT_API_URL").orElse(null))
                        .with("agent_api_key", variable("AGENT_API_KEY").orElse(null))
                        .with("default_agent", variable("DEFAULT_AGENT_NAME").orElse(null))
                        .with("agent_timeout", agentTimeout())),
            COLUMNS);
  }

  private @Nullable Integer agentTimeout() {
    String seconds = variable("AGENT_API_TIMEOUT").orElse(null);
    if (seconds == null) {
      return null;
    }
    if (!seconds.matches("\\d{1,9}")) {
      throw CommandException.usage("AGENT_API_TIMEOUT is not a number of seconds: " + seconds);
    }
    return Integer.valueOf(seconds);
  }

  private Optional<String> variable(String name) {
    return terminal().variable(name);
  }
}
