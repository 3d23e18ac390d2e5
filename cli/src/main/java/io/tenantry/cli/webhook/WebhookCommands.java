package io.tenantry.cli.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Api;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.command.Saving;
import io.tenantry.cli.output.Columns;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class WebhookCommands extends CommandGroup {

  private static final Columns ENDPOINTS =
      Columns.of(
          "ENDPOINT endpoint_id",
          "URL url",
          "TENANT tenant_id",
          "TYPES event_types few",
          "STATUS status",
          "FAILING failing_since time",
          "CREATED created_at time");
  private static final Columns ISSUED =
      Columns.of(
          "ENDPOINT endpoint.endpoint_id",
          "URL endpoint.url",
          "ALGORITHM endpoint.algorithm",
          "PUBLIC_KEY endpoint.public_key",
          "SECRET secret");
  private static final Columns DELIVERIES =
      Columns.of(
          "DELIVERY delivery_id",
          "ENDPOINT endpoint_id",
          "TYPE type",
          "TENANT tenant_id",
          "STATUS status",
          "ATTEMPTS attempts n",
          "CODE last_code",
          "CREATED created_at time",
          "NEXT next_attempt_at time");
  private static final Columns DETAILS = Columns.of("DELIVERY delivery.delivery_id");
  private static final Columns TEST =
      Columns.of(
          "ID webhook_id",
          "ACCEPTED accepted yes",
          "CODE code",
          "ERROR error",
          "LATENCY latency_ms ms");
  private static final Columns SENT = Columns.of("DELIVERIES deliveries n");
  private static final Columns TYPES =
      Columns.of("TYPE type", "OPERATOR operator_only yes", "DESCRIPTION description");
  private static final Columns LINK =
      Columns.of(
          "LINK link_id", "TENANT tenant_id", "EXPIRES expires_at time", "URL url", "TOKEN token");

  private Target target(EndpointOwner owner, String rest, Object... values) {
    if (owner.tenant == null) {
      return Target.of("/api/v1/webhooks" + rest, values);
    }
    return Target.of(
        Target.of("/api/v1/tenants/{}/webhooks", tenantId(owner.tenant)).path()
            + Target.of(rest, values).path());
  }

  private Target target(EndpointArgument endpoint, String action) {
    return target(endpoint.owner, "/endpoints/{}" + action, endpoint.id);
  }

  private Target target(DeliveryArgument delivery, String action) {
    return target(delivery.owner, "/deliveries/{}" + action, delivery.id);
  }

  private Api api() {
    return platform().tenants();
  }

  /** Requests what has no options, and shows the endpoint afterwards. */
  private void post(EndpointArgument endpoint, String action) {
    printer().row(api().post(target(endpoint, action)), ENDPOINTS);
  }

  private Json.Body body(EndpointFields fields) {
    return Json.body()
        .with("event_types", fields.types)
        .with(
            "tenant_ids",
            fields.tenants == null ? null : fields.tenants.stream().map(this::tenantId).toList())
        .with("ordered", fields.ordered)
        .with("rate_limit", fields.rate)
        .with("headers", fields.headers())
        .with("description", fields.text);
  }

  @Command(
      description = "List webhook endpoints, oldest first",
      footer = {"  tenantctl webhooks list", "  tenantctl webhooks list --tenant globex"})
  void list(@Mixin EndpointOwner owner, @Mixin Paging paging) {
    list(api(), target(owner, "/endpoints"), paging, ENDPOINTS);
  }

  @Command(
      description = "Show a webhook endpoint, without its secrets",
      footer = "  tenantctl webhooks show 7f8d6fcf-882a-4044-bded-df831dedf289")
  void show(@Mixin EndpointArgument endpoint) {
    printer().details(api().get(target(endpoint, "")), ENDPOINTS);
  }

  @Command(
      description = "Create a webhook endpoint; its signing secret is shown only once",
      footer = {
        "  tenantctl webhooks create https://siem.example.com/tenantry --save hook.secret",
        "  tenantctl webhooks create https://globex.example/hooks --tenant globex"
            + " --type backup.failed"
      })
  void create(
      @Parameters(paramLabel = "URL", description = "where messages are sent") String url,
      @Mixin EndpointOwner owner,
      @Mixin EndpointFields fields,
      @Option(
              names = "--algorithm",
              paramLabel = "NAME",
              description = "hmac-sha256, the default, or ed25519")
          @Nullable String algorithm,
      @Mixin SigningSecret secret,
      @Mixin Saving saving) {
    issued(
        api()
            .post(
                target(owner, "/endpoints"),
                body(fields)
                    .with("url", url)
                    .with("algorithm", algorithm)
                    .with("secret", secret.read(terminal()))),
        saving);
  }

  private void issued(JsonNode answer, Saving saving) {
    Optional<String> notice =
        answer.hasNonNull("secret")
            ? Optional.of(saving.keep(answer, "secret", "secret"))
            : Optional.empty();
    printer().row(answer, ISSUED);
    notice.ifPresent(this::say);
  }

  @Command(
      description = "Change a webhook endpoint; what is not given stays",
      footer = {
        "  tenantctl webhooks update 7f8d6fcf-882a-4044-bded-df831dedf289 --rate-limit 20",
        "  tenantctl webhooks update 7f8d6fcf-882a-4044-bded-df831dedf289 --all-types"
      })
  void update(
      @Mixin EndpointArgument endpoint,
      @Option(names = "--url", paramLabel = "URL", description = "where messages are sent")
          @Nullable String url,
      @Mixin EndpointFields fields,
      @Mixin ResetFields reset) {
    printer()
        .row(
            api().patch(target(endpoint, ""), reset.addTo(body(fields).with("url", url))),
            ENDPOINTS);
  }

  @Command(
      description = "Send an example; exits with 1 if the endpoint does not accept it",
      footer =
          "  tenantctl webhooks test 7f8d6fcf-882a-4044-bded-df831dedf289 --type backup.failed")
  int test(
      @Mixin EndpointArgument endpoint,
      @Option(names = "--type", paramLabel = "TYPE", description = "the example's event type")
          @Nullable String type) {
    JsonNode answer = api().post(target(endpoint, "/test"), Json.body().with("type", type));
    printer().row(answer, TEST);
    return (answer.path("accepted").asBoolean() ? ExitCode.OK : ExitCode.FAILURE).number();
  }

  @Command(
      description = "Rotate the signing secret; both secrets sign for a while",
      footer = "  tenantctl webhooks rotate 7f8d6fcf-882a-4044-bded-df831dedf289 --overlap 48h")
  void rotate(
      @Mixin EndpointArgument endpoint,
      @Option(
              names = "--overlap",
              paramLabel = "TIME",
              description = "how long the previous secret also signs; 24h if not given")
          @Nullable Duration overlap,
      @Mixin SigningSecret secret,
      @Mixin Saving saving) {
    issued(
        api()
            .post(
                target(endpoint, "/rotate-secret"),
                Json.body()
                    .with("overlap_seconds", overlap == null ? null : overlap.toSeconds())
                    .with("secret", secret.read(terminal()))),
        saving);
  }

  @Command(
      description = "Pause a webhook endpoint: messages wait until it is resumed",
      footer = "  tenantctl webhooks pause 7f8d6fcf-882a-4044-bded-df831dedf289")
  void pause(@Mixin EndpointArgument endpoint) {
    post(endpoint, "/pause");
  }

  @Command(
      description = "Resume a webhook endpoint that is paused or disabled",
      footer = "  tenantctl webhooks resume 7f8d6fcf-882a-4044-bded-df831dedf289")
  void resume(@Mixin EndpointArgument endpoint) {
    post(endpoint, "/resume");
  }

  @Command(
      description = "Delete a webhook endpoint with its log",
      footer = "  tenantctl webhooks delete 7f8d6fcf-882a-4044-bded-df831dedf289 --yes")
  void delete(@Mixin EndpointArgument endpoint, @Mixin Confirmation confirmation) {
    Target target = target(endpoint, "");
    confirmation.require(
        terminal(), "This deletes webhook endpoint " + endpoint.id + " with its deliveries.");
    api().delete(target);
    say("Webhook endpoint " + endpoint.id + " deleted.");
  }

  @Command(
      description = "List deliveries, newest first",
      footer = {
        "  tenantctl webhooks deliveries --status failed",
        "  tenantctl webhooks deliveries --tenant globex --from 2027-01-01T00:00:00Z"
      })
  void deliveries(@Mixin EndpointOwner owner, @Mixin DeliveryFilter filter, @Mixin Paging paging) {
    list(
        api(),
        target(owner, "/deliveries")
            .with("endpoint_id", filter.endpoint)
            .with("status", filter.status)
            .with("type", filter.type)
            .with("tenant_id", tenantIdOrNull(filter.subject))
            .with("from", filter.from)
            .with("to", filter.to),
        paging,
        DELIVERIES);
  }

  @Command(
      description = "Show a delivery with its payload and attempts",
      footer = "  tenantctl webhooks delivery 0b5f2c1e-54a8-4f6e-a1ce-0c9c3ad1f0aa")
  void delivery(@Mixin DeliveryArgument delivery) {
    printer().details(api().get(target(delivery, "")), DETAILS);
  }

  @Command(
      description = "Send a delivery again, with the same webhook-id",
      footer = "  tenantctl webhooks resend 0b5f2c1e-54a8-4f6e-a1ce-0c9c3ad1f0aa")
  void resend(@Mixin DeliveryArgument delivery) {
    printer().row(api().post(target(delivery, "/resend")), DELIVERIES);
  }

  /** A part of the log. */
  @RegisterForReflection
  static final class Period {
    @Option(
        names = "--since",
        paramLabel = "TIME",
        required = true,
        description = "the start, such as 2027-01-01T00:00:00Z")
    @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "the end; now if not given")
    @Nullable String until;

    Json.Body body() {
      return Json.body().with("since", since).with("until", until);
    }
  }

  @Command(
      description = "Send the failed deliveries of a period again",
      footer =
          "  tenantctl webhooks recover 7f8d6fcf-882a-4044-bded-df831dedf289 --since"
              + " 2027-01-01T00:00:00Z")
  void recover(@Mixin EndpointArgument endpoint, @Mixin Period period) {
    send(endpoint, "/recover", period);
  }

  @Command(
      description = {
        "Send the events of a period that were never queued for an endpoint, such as those from",
        "before it was created or while it was disabled."
      },
      footer =
          "  tenantctl webhooks replay 7f8d6fcf-882a-4044-bded-df831dedf289 --since"
              + " 2027-01-01T00:00:00Z")
  void replay(@Mixin EndpointArgument endpoint, @Mixin Period period) {
    send(endpoint, "/replay", period);
  }

  private void send(EndpointArgument endpoint, String action, Period period) {
    printer().row(api().post(target(endpoint, action), period.body()), SENT);
  }

  @Command(
      description = "List the event types",
      footer = {"  tenantctl webhooks types", "  tenantctl webhooks types -o json"})
  void types() {
    printer().list(api().get(Target.of("/api/v1/webhooks/event-types")), TYPES);
  }

  @Command(
      description = "Create a short-lived link to the webhooks of a tenant; it is shown only once",
      footer = "  tenantctl webhooks portal globex --lifetime 1h")
  void portal(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Option(names = "--lifetime", paramLabel = "TIME", description = "how long it is valid")
          @Nullable Duration lifetime,
      @Option(
              names = "--parent-origin",
              paramLabel = "ORIGIN",
              description = "the origin of the page that embeds the portal")
          @Nullable String origin) {
    printer()
        .row(
            api()
                .post(
                    portalLinks(tenant),
                    Json.body()
                        .with("lifetime_seconds", lifetime == null ? null : lifetime.toSeconds())
                        .with("parent_origin", origin)),
            LINK);
    say("This link is not shown again.");
  }

  @Command(
      name = "portal-revoke",
      description = "Revoke all portal links of a tenant, within a second",
      footer = "  tenantctl webhooks portal-revoke globex --yes")
  void revokePortalLinks(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Mixin Confirmation confirmation) {
    Target links = portalLinks(tenant);
    confirmation.require(terminal(), "This revokes all portal links of tenant " + tenant + ".");
    api().delete(links);
    say("Portal links of tenant " + tenant + " revoked.");
  }

  private Target portalLinks(String tenant) {
    return Target.of("/api/v1/tenants/{}/portal-links", tenantId(tenant));
  }
}
