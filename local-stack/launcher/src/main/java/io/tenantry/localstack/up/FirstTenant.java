package io.tenantry.localstack.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.localstack.LocalStackException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Provisions the tenant of the walkthrough, and finds its schedule and backup. */
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
  private static final Duration EVENT_TIMEOUT = Duration.ofSeconds(60);

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

  /** A tenant, and whether this run created it. */
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
  record Created(JsonNode tenant) implements Provisioned {}

  /** Provisioned by a previous run. */
  record Found(JsonNode tenant) implements Provisioned {}

  /**
   * Provisions the tenant, or finds it if its name is taken.
   *
   * @throws LocalStackException if the service returns another status, with its response
   */
  Provisioned provision() {
    Api.Response response = api.post(tenantService.resolve("/api/v1/tenants"), BODY);
    return switch (response.status()) {
      case 201 -> new Created(response.body());
      case 409 -> new Found(find());
      default -> throw unexpected("POST /api/v1/tenants", response);
    };
  }

  private JsonNode find() {
    URI list =
        tenantService.resolve(
            "/api/v1/tenants?environment=" + ENVIRONMENT + "&name_prefix=" + NAME);
    Api.Response response = api.get(list);
    if (response.status() != 200) {
      throw unexpected("GET " + list.getPath(), response);
    }
    return elements(response.body())
        .filter(tenant -> tenant.path("name").asText().equals(NAME))
        .findFirst()
        .orElseThrow(() -> unexpected("GET " + list.getPath(), response));
  }

  /**
   * Sends an event with the tenant's API key. The key of a tenant from a previous run is not stored
   * anywhere, so a new one is issued.
   *
   * @throws LocalStackException if the service does not accept the event, with its response
   */
  void sendEvent(Provisioned tenant) {
    String key =
        switch (tenant) {
          case Created created -> created.tenant().path("api_keys").path(0).path("key").asText();
          case Found found -> issueKey(found);
        };
    Api.Response response = api.post(ingestionService.resolve("/api/v1/events"), EVENT, key);
    if (response.status() != 202) {
      throw unexpected("POST /api/v1/events", response);
    }
  }

  private String issueKey(Found tenant) {
    String path = "/api/v1/tenants/" + tenant.id() + "/api-keys";
    Api.Response response = api.post(tenantService.resolve(path), "{\"name\":\"first event\"}");
    if (response.status() != 201) {
      throw unexpected("POST " + path, response);
    }
    return response.body().path("key").asText();
  }

  /**
   * Waits for the backup schedule that backup-service creates for the tenant.
   *
   * @throws LocalStackException if there is none in time
   */
  JsonNode schedule(Provisioned tenant) {
    URI list = backupService.resolve("/api/v1/schedules?tenant_id=" + tenant.id());
    return Polling.await(
        "a backup schedule for tenant " + tenant.id(),
        EVENT_TIMEOUT,
        () -> {
          Api.Response response = api.get(list);
          if (response.status() != 200) {
            throw unexpected("GET " + list.getPath(), response);
          }
          return first(response.body());
        });
  }

  /**
   * Requests a backup of the tenant and waits until it is completed.
   *
   * @throws LocalStackException if it fails or does not complete in time
   */
  JsonNode backup(Provisioned tenant) {
    String path = "/api/v1/tenants/" + tenant.id() + "/backups";
    Api.Response accepted = api.post(backupService.resolve(path), "{}");
    if (accepted.status() != 202) {
      throw unexpected("POST " + path, accepted);
    }
    URI job = backupService.resolve("/api/v1/jobs/" + accepted.body().path("id").asText());
    JsonNode done =
        Polling.await(
            "a backup of tenant " + tenant.id(),
            EVENT_TIMEOUT,
            () -> {
              Api.Response response = api.get(job);
              String status = response.body().path("status").asText();
              if (response.status() != 200 || status.equals("failed")) {
                throw unexpected("GET " + job.getPath(), response);
              }
              return status.equals("completed") ? Optional.of(response.body()) : Optional.empty();
            });
    URI backup =
        backupService.resolve("/api/v1/backups/" + done.path("result").path("backup_id").asText());
    Api.Response response = api.get(backup);
    if (response.status() != 200) {
      throw unexpected("GET " + backup.getPath(), response);
    }
    return response.body();
  }

  private static Optional<JsonNode> first(JsonNode page) {
    return elements(page).findFirst();
  }

  /** The elements of a page {@code {"items": […], "next": …}}. */
  private static Stream<JsonNode> elements(JsonNode page) {
    return StreamSupport.stream(page.path("items").spliterator(), false);
  }

  private static LocalStackException unexpected(String call, Api.Response response) {
    return new LocalStackException(
        call + " returned " + response.status() + ": " + response.body().toPrettyString());
  }
}
