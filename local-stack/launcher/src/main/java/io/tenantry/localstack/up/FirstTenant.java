package io.tenantry.localstack.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.localstack.LocalStackException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Provisions the tenant that a newcomer looks at, and finds what followed from it. */
final class FirstTenant {
  private static final String NAME = "acme_corp";
  private static final String ENVIRONMENT = "production";
  private static final String BODY =
      "{\"name\":\"%s\",\"environment\":\"%s\",\"api_keys\":{\"count\":1}}"
          .formatted(NAME, ENVIRONMENT);
  private static final String EVENT =
      """
      {"type": "order.placed", "subject": "order 1", "data": {"item": "anvil", "quantity": 1}}
      """;
  private static final Duration EVENT_LIMIT = Duration.ofSeconds(60);

  private final Api api;
  private final URI tenantService;
  private final URI ingestionService;
  private final URI backupService;

  FirstTenant(Api api, Function<ServiceName, URI> services) {
    this.api = api;
    this.tenantService = services.apply(ServiceName.TENANT);
    this.ingestionService = services.apply(ServiceName.INGESTION);
    this.backupService = services.apply(ServiceName.BACKUP);
  }

  /** A tenant and whether it was made just now. */
  sealed interface Provisioned {
    JsonNode tenant();

    default String id() {
      return tenant().path("tenant_id").asText();
    }

    /** The name of its database. */
    default String database() {
      return tenant().path("database").path("name").asText();
    }
  }

  /** Provisioned by this run. */
  record Made(JsonNode tenant) implements Provisioned {}

  /** Provisioned by a former run. */
  record Found(JsonNode tenant) implements Provisioned {}

  /**
   * Provisions the tenant, or finds it when its name is taken.
   *
   * @throws LocalStackException when the service answers otherwise, with its answer
   */
  Provisioned provision() {
    Api.Answer answer = api.post(tenantService.resolve("/api/v1/tenants"), BODY);
    return switch (answer.status()) {
      case 201 -> new Made(answer.body());
      case 409 -> new Found(find());
      default -> throw unexpected("POST /api/v1/tenants", answer);
    };
  }

  private JsonNode find() {
    URI list =
        tenantService.resolve(
            "/api/v1/tenants?environment=" + ENVIRONMENT + "&name_prefix=" + NAME);
    Api.Answer answer = api.get(list);
    if (answer.status() != 200) {
      throw unexpected("GET " + list.getPath(), answer);
    }
    return elements(answer.body())
        .filter(tenant -> tenant.path("name").asText().equals(NAME))
        .findFirst()
        .orElseThrow(() -> unexpected("GET " + list.getPath(), answer));
  }

  /**
   * Sends an event as the tenant itself does, with the API key that came with it. Nobody knows the
   * key of a tenant of a former run any more: that one gets another.
   *
   * @throws LocalStackException when the service does not accept it, with its answer
   */
  void sendEvent(Provisioned tenant) {
    String key =
        switch (tenant) {
          case Made made -> made.tenant().path("api_keys").path(0).path("key").asText();
          case Found found -> issueKey(found);
        };
    Api.Answer answer = api.post(ingestionService.resolve("/api/v1/events"), EVENT, key);
    if (answer.status() != 202) {
      throw unexpected("POST /api/v1/events", answer);
    }
  }

  private String issueKey(Found tenant) {
    String path = "/api/v1/tenants/" + tenant.id() + "/api-keys";
    Api.Answer answer = api.post(tenantService.resolve(path), "{\"name\":\"first event\"}");
    if (answer.status() != 201) {
      throw unexpected("POST " + path, answer);
    }
    return answer.body().path("key").asText();
  }

  /**
   * The backup schedule that backup-service made because of the event.
   *
   * @throws LocalStackException when there is none in time
   */
  JsonNode schedule(Provisioned tenant) {
    URI list = backupService.resolve("/api/v1/schedules?tenant_id=" + tenant.id());
    return Pauses.until(
        "a backup schedule for tenant " + tenant.id(),
        EVENT_LIMIT,
        () -> {
          Api.Answer answer = api.get(list);
          if (answer.status() != 200) {
            throw unexpected("GET " + list.getPath(), answer);
          }
          return first(answer.body());
        });
  }

  /**
   * A backup of the tenant, made and completed.
   *
   * @throws LocalStackException when it fails, or does not come in time
   */
  JsonNode backup(Provisioned tenant) {
    String path = "/api/v1/tenants/" + tenant.id() + "/backups";
    Api.Answer accepted = api.post(backupService.resolve(path), "{}");
    if (accepted.status() != 202) {
      throw unexpected("POST " + path, accepted);
    }
    URI job = backupService.resolve("/api/v1/jobs/" + accepted.body().path("id").asText());
    JsonNode done =
        Pauses.until(
            "a backup of tenant " + tenant.id(),
            EVENT_LIMIT,
            () -> {
              Api.Answer answer = api.get(job);
              String status = answer.body().path("status").asText();
              if (answer.status() != 200 || status.equals("failed")) {
                throw unexpected("GET " + job.getPath(), answer);
              }
              return status.equals("completed") ? Optional.of(answer.body()) : Optional.empty();
            });
    URI backup =
        backupService.resolve("/api/v1/backups/" + done.path("result").path("backup_id").asText());
    Api.Answer answer = api.get(backup);
    if (answer.status() != 200) {
      throw unexpected("GET " + backup.getPath(), answer);
    }
    return answer.body();
  }

  private static Optional<JsonNode> first(JsonNode page) {
    return elements(page).findFirst();
  }

  /** Lists come as {@code {"items": […], "next": …}}. */
  private static Stream<JsonNode> elements(JsonNode page) {
    return StreamSupport.stream(page.path("items").spliterator(), false);
  }

  private static LocalStackException unexpected(String call, Api.Answer answer) {
    return new LocalStackException(
        call + " answered " + answer.status() + ": " + answer.body().toPrettyString());
  }
}
