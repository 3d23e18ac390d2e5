package io.tenantry.localstack.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.up.FirstTenant.Found;
import io.tenantry.localstack.up.FirstTenant.Made;
import io.tenantry.localstack.up.FirstTenant.Provisioned;
import io.tenantry.localstack.up.Progress.Done;
import java.net.http.HttpClient;

/** What a newcomer is shown: a tenant, its database, events of it and from it, its backup. */
final class FirstLook {
  private final LocalStack stack;
  private final FirstTenant first;
  private final Progress progress;

  FirstLook(LocalStack stack, Services services, HttpClient client, Progress progress) {
    this.stack = stack;
    this.progress = progress;
    this.first =
        new FirstTenant(
            new Api(client, stack.environment().get("TENANTRY_ADMIN_KEY")),
            services.url(ServiceName.TENANT),
            services.url(ServiceName.INGESTION),
            services.url(ServiceName.BACKUP));
  }

  /**
   * Provisions the tenant and shows what came of it.
   *
   * @throws io.tenantry.localstack.LocalStackException when any of it fails or does not come in
   *     time
   */
  void show() {
    Provisioned tenant = progress.step("tenant", this::provision);
    String listing = progress.step("database", () -> list(tenant));
    EventReader.Event event = progress.step("event", () -> read(tenant));
    String arrived = progress.step("delivery", () -> deliver(tenant));
    JsonNode schedule = progress.step("backup schedule", () -> schedule(tenant));
    JsonNode backup = progress.step("backup", () -> backUp(tenant));
    progress.say(
        """

        The tenant, as POST /api/v1/tenants %s:

        %s

        Its database, as the server lists it:

        %s

        Its event %s on %s, partition %d, offset %d:

        %s

        An event that it sent by POST /api/v1/events, as its own database has it:

        %s

        Its backup schedule, made by backup-service when it read the event:

        %s

        Its backup, encrypted with a key of its own:

        %s
        """
            .formatted(
                wordsFor(tenant),
                indented(tenant.tenant().toPrettyString()),
                indented(listing),
                event.id(),
                EventReader.TOPIC,
                event.partition(),
                event.offset(),
                indented(event.type() + "\n" + event.data()),
                indented(arrived),
                indented(schedule.toPrettyString()),
                indented(backup.toPrettyString())));
  }

  private Done<Provisioned> provision() {
    Provisioned tenant = first.provision();
    String state = tenant.tenant().path("status").asText();
    return switch (tenant) {
      case Made made -> new Done<>(made, "acme_corp is " + state);
      case Found found -> new Done<>(found, "acme_corp is " + state + ", from a former run");
    };
  }

  private static String wordsFor(Provisioned tenant) {
    return switch (tenant) {
      case Made made -> "answered";
      case Found found -> "made it in a former run";
    };
  }

  private Done<String> list(Provisioned tenant) {
    String listing = new DatabaseListing(stack.postgres()).of(tenant.database());
    return new Done<>(listing, tenant.database());
  }

  private Done<EventReader.Event> read(Provisioned tenant) {
    EventReader reader = new EventReader(stack.kafka().bootstrapServers());
    EventReader.Event event = reader.provisioned(tenant.id());
    return new Done<>(event, "TenantProvisioned on " + EventReader.TOPIC);
  }

  private Done<String> deliver(Provisioned tenant) {
    if (tenant instanceof Made made) {
      first.sendEvent(made);
    }
    return new Done<>(
        new InboxReader(stack.postgres()).newest(tenant.database()),
        "inbox_events of its database");
  }

  private Done<JsonNode> schedule(Provisioned tenant) {
    JsonNode schedule = first.schedule(tenant);
    return new Done<>(schedule, schedule.path("cron").asText("enrolled"));
  }

  private Done<JsonNode> backUp(Provisioned tenant) {
    JsonNode backup = first.backup(tenant);
    return new Done<>(
        backup,
        "%s rows, %s bytes stored"
            .formatted(
                backup.path("manifest").path("rows").asText(),
                backup.path("file").path("bytes").asText()));
  }

  private static String indented(String text) {
    return text.indent(2).stripTrailing();
  }
}
