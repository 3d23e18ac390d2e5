package io.tenantry.localstack.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.localstack.PostgresAddress;
import io.tenantry.localstack.up.FirstTenant.Created;
import io.tenantry.localstack.up.FirstTenant.Found;
import io.tenantry.localstack.up.FirstTenant.Provisioned;
import io.tenantry.localstack.up.Progress.Done;
import java.util.Optional;

/** Shows a new user a tenant, its database, events about it and from it, and its backup. */
final class Walkthrough {
  private final PostgresAddress postgres;
  private final String kafkaBootstrapServers;
  private final FirstTenant first;
  private final Progress progress;

  Walkthrough(
      PostgresAddress postgres,
      String kafkaBootstrapServers,
      FirstTenant first,
      Progress progress) {
    this.postgres = postgres;
    this.kafkaBootstrapServers = kafkaBootstrapServers;
    this.first = first;
    this.progress = progress;
  }

  /**
   * Provisions the tenant and shows the results.
   *
   * @throws io.tenantry.localstack.LocalStackException if a step fails or does not complete in time
   */
  void show() {
    Provisioned tenant = progress.step("tenant", this::provision);
    String listing = progress.step("database", () -> list(tenant));
    Optional<EventReader.Event> event = progress.step("event", () -> read(tenant));
    String arrived = progress.step("delivery", () -> deliver(tenant));
    JsonNode schedule = progress.step("backup schedule", () -> schedule(tenant));
    JsonNode backup = progress.step("backup", () -> backUp(tenant));
    progress.print(
        """

        The tenant, from POST /api/v1/tenants%s:

        %s

        Its database:

        %s

        Its event %s

        An event that it sent to POST /api/v1/events, in its own database:

        %s

        Its backup schedule, created by backup-service when it received the event:

        %s

        Its backup, encrypted with its own key:

        %s
        """
            .formatted(
                describeOrigin(tenant),
                indented(tenant.tenant().toPrettyString()),
                indented(listing),
                event.map(Walkthrough::describe).orElse("is no longer on " + EventReader.TOPIC),
                indented(arrived),
                indented(schedule.toPrettyString()),
                indented(backup.toPrettyString())));
  }

  private Done<Provisioned> provision() {
    Provisioned tenant = first.provision();
    String state = tenant.tenant().path("status").asText();
    return switch (tenant) {
      case Created created -> new Done<>(created, "acme_corp is " + state);
      case Found found -> new Done<>(found, "acme_corp is " + state + ", from a previous run");
    };
  }

  private static String describeOrigin(Provisioned tenant) {
    return switch (tenant) {
      case Created created -> "";
      case Found found -> " in a previous run";
    };
  }

  private Done<String> list(Provisioned tenant) {
    String listing = new DatabaseListing(postgres).of(tenant.database());
    return new Done<>(listing, tenant.database());
  }

  private Done<Optional<EventReader.Event>> read(Provisioned tenant) {
    EventReader reader = new EventReader(kafkaBootstrapServers);
    Optional<EventReader.Event> event =
        switch (tenant) {
          case Created created -> Optional.of(reader.provisioned(created.id()));
          case Found found -> reader.keptProvisioned(found.id());
        };
    String state = event.isPresent() ? " on " : ", no longer on ";
    return new Done<>(event, "TenantProvisioned" + state + EventReader.TOPIC);
  }

  private static String describe(EventReader.Event event) {
    return "%s on %s, partition %d, offset %d:\n\n%s"
        .formatted(
            event.id(),
            EventReader.TOPIC,
            event.partition(),
            event.offset(),
            indented(event.type() + "\n" + event.data()));
  }

  private Done<String> deliver(Provisioned tenant) {
    InboxReader reader = new InboxReader(postgres);
    if (reader.find(tenant.database()).isEmpty()) {
      first.sendEvent(tenant);
    }
    return new Done<>(reader.newest(tenant.database()), "inbox_events of its database");
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
