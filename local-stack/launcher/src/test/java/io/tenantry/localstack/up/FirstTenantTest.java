package io.tenantry.localstack.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tenantry.localstack.LocalStackException;
import io.tenantry.localstack.up.FirstTenant.Created;
import io.tenantry.localstack.up.FirstTenant.Found;
import io.tenantry.localstack.up.FirstTenant.Provisioned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The first tenant against a service that answers as the real one does. */
class FirstTenantTest {
  private static final String KEY = "an-admin-key";
  private static final String TENANT_KEY = "nm_1_0a";
  private static final String ID = "550e8400-e29b-41d4-a716-446655440000";
  private static final String ACME =
      """
      {
        "tenant_id": "550e8400-e29b-41d4-a716-446655440000",
        "name": "acme_corp",
        "api_keys": [{"key": "nm_1_0a"}],
        "database": {"name": "car_550e8400_e29b_41d4_a716_446655440000"}
      }
      """;

  private record Answer(int status, String body) {}

  private final Map<String, Answer> answers = new HashMap<>();
  private HttpServer server;
  private FirstTenant first;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String key = exchange.getRequestHeaders().getFirst("Authorization");
          String expected =
              exchange.getRequestURI().getPath().equals("/api/v1/events") ? TENANT_KEY : KEY;
          Answer answer =
              ("Bearer " + expected).equals(key)
                  ? answers.get(exchange.getRequestMethod() + " " + exchange.getRequestURI())
                  : new Answer(401, "{}");
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    first = new FirstTenant(new Api(HttpClient.newHttpClient(), KEY), service -> address);
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  @Test
  @Tag("P9")
  void provisionsTenant() {
    answers.put("POST /api/v1/tenants", new Answer(201, ACME));

    Provisioned tenant = first.provision();

    assertThat(tenant).isInstanceOf(Created.class);
    assertThat(tenant.database()).isEqualTo("car_550e8400_e29b_41d4_a716_446655440000");
  }

  @Test
  @Tag("P9")
  void sendsEventWithItsOwnKey() {
    answers.put("POST /api/v1/tenants", new Answer(201, ACME));
    answers.put("POST /api/v1/events", new Answer(202, "{}"));
    Created tenant = (Created) first.provision();

    first.sendEvent(tenant);

    answers.put("POST /api/v1/events", new Answer(503, "{\"code\":\"KAFKA_UNAVAILABLE\"}"));
    assertThatThrownBy(() -> first.sendEvent(tenant)).hasMessageContaining("KAFKA_UNAVAILABLE");
  }

  @Test
  void isFoundWhenAFormerRunMadeIt() {
    answers.put("POST /api/v1/tenants", new Answer(409, "{\"code\":\"TENANT_NAME_TAKEN\"}"));
    answers.put(
        "GET /api/v1/tenants?environment=production&name_prefix=acme_corp",
        new Answer(200, "{\"items\":[{\"name\":\"acme_corp_2\"}," + ACME + "]}"));

    Provisioned tenant = first.provision();

    assertThat(tenant).isInstanceOf(Found.class);
    assertThat(tenant.id()).isEqualTo("550e8400-e29b-41d4-a716-446655440000");
  }

  @Test
  void oneOfAFormerRunSendsAnEventWithAnotherKey() {
    String path = "/api/v1/tenants/" + ID + "/api-keys";
    answers.put("POST " + path, new Answer(201, "{\"key\":\"nm_1_0a\"}"));
    answers.put("POST /api/v1/events", new Answer(202, "{}"));
    Found tenant = new Found(new ObjectMapper().createObjectNode().put("tenant_id", ID));

    first.sendEvent(tenant);

    answers.put("POST " + path, new Answer(409, "{\"code\":\"QUOTA_EXCEEDED\"}"));
    assertThatThrownBy(() -> first.sendEvent(tenant)).hasMessageContaining("QUOTA_EXCEEDED");
  }

  @Test
  void anyOtherAnswerIsShown() {
    answers.put("POST /api/v1/tenants", new Answer(503, "{\"code\":\"DATABASE_UNAVAILABLE\"}"));

    assertThatThrownBy(() -> first.provision())
        .isInstanceOf(LocalStackException.class)
        .hasMessageContaining("503")
        .hasMessageContaining("DATABASE_UNAVAILABLE");
  }

  @Test
  void hasTheScheduleThatBackupServiceMade() {
    answers.put("POST /api/v1/tenants", new Answer(201, ACME));
    answers.put(
        "GET /api/v1/schedules?tenant_id=550e8400-e29b-41d4-a716-446655440000",
        new Answer(200, "{\"items\":[{\"cron\":\"0 0 2 * * ?\"}]}"));

    assertThat(first.schedule(first.provision()).path("cron").asText()).isEqualTo("0 0 2 * * ?");
  }

  @Test
  @Tag("P9")
  void backsUpTenant() {
    answers.put("POST /api/v1/tenants", new Answer(201, ACME));
    answers.put(
        "POST /api/v1/tenants/550e8400-e29b-41d4-a716-446655440000/backups",
        new Answer(202, "{\"id\":\"j1\",\"status\":\"pending\"}"));
    answers.put(
        "GET /api/v1/jobs/j1",
        new Answer(200, "{\"status\":\"completed\",\"result\":{\"backup_id\":\"b1\"}}"));
    answers.put("GET /api/v1/backups/b1", new Answer(200, "{\"file\":{\"bytes\":4711}}"));

    assertThat(first.backup(first.provision()).path("file").path("bytes").asInt()).isEqualTo(4711);
  }

  @Test
  void aBackupThatFailsIsShown() {
    answers.put("POST /api/v1/tenants", new Answer(201, ACME));
    answers.put(
        "POST /api/v1/tenants/550e8400-e29b-41d4-a716-446655440000/backups",
        new Answer(202, "{\"id\":\"j1\",\"status\":\"pending\"}"));
    answers.put(
        "GET /api/v1/jobs/j1",
        new Answer(200, "{\"status\":\"failed\",\"error\":{\"code\":\"PG_DUMP_UNUSABLE\"}}"));

    Provisioned tenant = first.provision();
    assertThatThrownBy(() -> first.backup(tenant)).hasMessageContaining("PG_DUMP_UNUSABLE");
  }
}
