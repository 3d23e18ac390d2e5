package io.tenantry.localstack.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.localstack.PostgresAddress;
import io.tenantry.localstack.up.FirstTenant.Found;
import io.tenantry.localstack.up.FirstTenant.Made;
import io.tenantry.localstack.up.FirstTenant.Provisioned;
import io.tenantry.localstack.up.Progress.Done;
import java.util.Optional;

/** What a newcomer is shown: a tenant, its database, events of it and from it, its backup. */
final class FirstLook {
  private final PostgresAddress postgres;
  private final String kafkaBootstrapServers;
  private final FirstTenant first;
  private final Progress progress;

  FirstLook(
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
   * Provisions the tenant and shows what came of it.
   *
   * @throws io.tenantry.localstack.LocalStackException when any of it fails or does not come in
   *     time
   */
  void show() {
    Provisioned tenant = progress.step("tenant", this::provision);
    String listing = progress.step("database", () -> list(tenant));
    Optional<EventReader.Event> event = progress.step("event", () -> read(tenant));
    String arrived = progress.step("delivery", () -> deliver(tenant));
    JsonNode schedule = progress.step("backup schedule", () -> schedule(tenant));
    JsonNode backup = progress.step("backup", () -> backUp(tenant));
    progress.say(
        """

        The tenant, as POST /api/v1/tenants %s:

        %s

        Its database, as the server lists it:

        %s

        Its event %s

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
                event.map(FirstLook::words).orElse("is no longer on " + EventReader.TOPIC),
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
    String listing = new DatabaseListing(postgres).of(tenant.database());
    return new Done<>(listing, tenant.database());
  }

  private Done<Optional<EventReader.Event>> read(Provisioned tenant) {
    EventReader reader = new EventReader(kafkaBootstrapServers);
    Optional<EventReader.Event> event =
        switch (tenant) {
          case Made made -> Optional.of(reader.provisioned(made.id()));
          case Found found -> reader.keptProvisioned(found.id());
        };
    String state = event.isPresent() ? " on " : ", no longer on ";
    return new Done<>(event, "TenantProvisioned" + state + EventReader.TOPIC);
  }

  private static String words(EventReader.Event event) {
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
