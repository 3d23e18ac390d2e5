package io.tenantry.tenant.webhook;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.standardwebhooks.Webhook;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantApi;
import io.tenantry.tenant.TopicWriter;
import io.tenantry.tenant.event.OperationEvents;
import io.tenantry.tenant.webhook.Receiver.Answer;
import io.tenantry.tenant.webhook.Receiver.Message;
import io.tenantry.testing.LocalStackResource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages from the fact to the receiver, with the service's own clock and PostgreSQL. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(ReceiverResource.class)
@Tag("T23")
class WebhookDeliveryTest {

  private static Receiver receiver;

  @BeforeAll
  static void start() throws IOException {
    receiver =
        new Receiver(ConfigProvider.getConfig().getValue(ReceiverResource.PORT, Integer.class));
  }

  @AfterAll
  static void stop() {
    receiver.close();
  }

  @Test
  void reportsFactOnceSoThatReferenceLibraryVerifiesIt() {
    String url = receiver.url(200);
    JsonPath created = WebhookApi.create(WebhookApi.OPERATOR, url, Map.of());
    String name = newName();
    UUID tenant = createTenant(name);

    Message message = receiver.await(url, "tenant.provisioned", tenant);

    assertThat(message.json().path("data").path("name").asText()).isEqualTo(name);
    assertThat(Instant.parse(message.json().path("timestamp").asText()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
    assertThat(message.id()).matches("msg_[0-9a-f]{32}");
    assertThat(message.header("content-type")).isEqualTo("application/json");
    assertThatCode(
            () ->
                new Webhook(created.getString("secret")).verify(message.body(), message.headers()))
        .doesNotThrowAnyException();
    awaitStatus(WebhookApi.OPERATOR, created.getString("endpoint.endpoint_id"), "delivered");
    assertThat(receiver.about(url, tenant)).hasSize(1);
  }

  @Test
  void signsWithBothSecretsDuringARotation() throws Exception {
    String url = receiver.url(200);
    UUID tenant = createTenant(newName());
    String webhooks = WebhookApi.of(tenant);
    JsonPath created = WebhookApi.create(webhooks, url, Map.of());
    String endpoint = created.getString("endpoint.endpoint_id");
    String next =
        asAdmin()
            .body("{}")
            .post(webhooks + "/endpoints/" + endpoint + "/rotate-secret")
            .then()
            .statusCode(200)
            .extract()
            .path("secret");

    suspend(tenant);

    Message message = receiver.await(url, 1).getFirst();
    new Webhook(created.getString("secret")).verify(message.body(), message.headers());
    new Webhook(next).verify(message.body(), message.headers());
  }

  @Test
  void sendsTenantOnlyItsOwnEvents() {
    UUID tenant = createTenant(newName());
    UUID other = createTenant(newName());
    String url = receiver.url(200);
    WebhookApi.create(
        WebhookApi.with(WebhookApi.key(tenant, "webhooks")), WebhookApi.of(tenant), url, Map.of());

    suspend(other);
    suspend(tenant);

    receiver.await(url, "tenant.suspended", tenant);
    assertThat(receiver.at(url)).hasSize(1);
  }

  @Test
  void filtersByTypeAndTenant() {
    UUID tenant = createTenant(newName());
    UUID other = createTenant(newName());
    String url = receiver.url(200);
    WebhookApi.endpoint(
        WebhookApi.OPERATOR,
        url,
        Map.of("event_types", List.of("tenant.resumed"), "tenant_ids", List.of(tenant)));

    for (UUID each : List.of(other, tenant)) {
      suspend(each);
      asAdmin().post(TENANTS + "/" + each + "/resume").then().statusCode(200);
    }

    receiver.await(url, "tenant.resumed", tenant);
    assertThat(receiver.at(url)).hasSize(1);
  }

  @Test
  void reportsEventOfAnotherServiceOnceHoweverOftenItIsDelivered() {
    UUID tenant = createTenant(newName());
    String url = receiver.url(200);
    WebhookApi.endpoint(
        WebhookApi.of(tenant), url, Map.of("event_types", List.of("backup.completed")));
    UUID backup = UUID.randomUUID();
    String id = UUID.randomUUID().toString();

    for (int n = 0; n < 3; n++) {
      sendBackupCompleted(id, tenant, backup);
    }
    String last = UUID.randomUUID().toString();
    sendBackupCompleted(last, tenant, UUID.randomUUID());

    List<Message> messages = receiver.await(url, 2);
    assertThat(messages).extracting(Message::id).doesNotHaveDuplicates().hasSize(2);
    assertThat(messages)
        .extracting(message -> message.json().path("data").path("backup_id").asText())
        .containsOnlyOnce(backup.toString());
  }

  @Test
  void reportsNothingAboutUnknownTenant() {
    String id = UUID.randomUUID().toString();
    UUID tenant = UUID.randomUUID();

    sendBackupCompleted(id, tenant, UUID.randomUUID());

    await().atMost(Duration.ofSeconds(30)).until(() -> OperationEvents.isHandled(id));
    assertThat(count("webhook_events WHERE tenant_id", tenant.toString())).isEqualTo("0");
  }

  private static void sendBackupCompleted(String id, UUID tenant, UUID backup) {
    TopicWriter.send(
        "tenantry.operation-events",
        tenant.toString(),
        id,
        "/tenantry/backup-service",
        "io.tenantry.backup.completed.v1",
        "{\"tenant_id\":\"%s\",\"backup_id\":\"%s\",\"kind\":\"scheduled\"}"
            .formatted(tenant, backup));
  }

  @Test
  void retriesWithTheSameIdAndLogsEachAttempt() {
    UUID tenant = createTenant(newName());
    AtomicInteger requests = new AtomicInteger();
    String url = receiver.url(message -> Answer.of(requests.incrementAndGet() == 1 ? 500 : 204));
    String endpoint = WebhookApi.endpoint(WebhookApi.of(tenant), url, Map.of());
    suspend(tenant);

    List<Message> messages = receiver.await(url, 2);

    assertThat(messages).extracting(Message::id).containsOnly(messages.getFirst().id());
    assertThat(messages).extracting(Message::body).containsOnly(messages.getFirst().body());
    assertThat(Duration.between(messages.getFirst().at(), messages.getLast().at()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    awaitStatus(WebhookApi.of(tenant), endpoint, "delivered");
    JsonPath log =
        WebhookApi.delivery(
            WebhookApi.of(tenant),
            WebhookApi.deliveries(WebhookApi.of(tenant), endpoint).getFirst().get("delivery_id"));
    assertThat(log.getList("attempts.code")).isEqualTo(List.of(500, 204));
    assertThat(log.getString("payload")).isEqualTo(messages.getFirst().body());
    assertThat(log.getString("delivery.webhook_id")).isEqualTo(messages.getFirst().id());
  }

  @Test
  void doesNotFollowRedirects() {
    UUID tenant = createTenant(newName());
    String target = receiver.url(200);
    String url = receiver.url(message -> new Answer(307, Map.of("Location", target), ""));
    String endpoint = WebhookApi.endpoint(WebhookApi.of(tenant), url, Map.of());
    suspend(tenant);

    receiver.await(url, 1);

    await()
        .until(
            () -> WebhookApi.deliveries(WebhookApi.of(tenant), endpoint).getFirst(),
            delivery -> Integer.valueOf(307).equals(delivery.get("last_code")));
    assertThat(receiver.at(target)).isEmpty();
  }

  @Test
  void doesNotShowResponsesOfAddressesInside() {
    UUID tenant = createTenant(newName());
    String url = receiver.url(message -> new Answer(500, Map.of(), "secret of the network"));
    String endpoint = WebhookApi.endpoint(WebhookApi.of(tenant), url, Map.of());
    suspend(tenant);
    receiver.await(url, 1);

    JsonPath log =
        await()
            .until(
                () ->
                    WebhookApi.delivery(
                        WebhookApi.of(tenant),
                        WebhookApi.deliveries(WebhookApi.of(tenant), endpoint)
                            .getFirst()
                            .get("delivery_id")),
                each -> !each.getList("attempts").isEmpty());

    assertThat(log.prettify()).doesNotContain("secret of the network");
  }

  @Test
  void disablesEndpointThatIsGoneAndReportsIt() {
    UUID tenant = createTenant(newName());
    String gone = receiver.url(410);
    String other = receiver.url(200);
    String webhooks = WebhookApi.of(tenant);
    String endpoint = WebhookApi.endpoint(webhooks, gone, Map.of());
    WebhookApi.endpoint(
        webhooks, other, Map.of("event_types", List.of("webhook_endpoint.disabled")));

    suspend(tenant);

    Message message = receiver.await(other, "webhook_endpoint.disabled", tenant);
    assertThat(message.json().path("data").path("endpoint_id").asText()).isEqualTo(endpoint);
    assertThat(message.json().path("data").path("reason").asText()).isEqualTo("gone");
    assertThat(WebhookApi.show(webhooks, endpoint).getString("status")).isEqualTo("disabled");
    asAdmin()
        .post(webhooks + "/endpoints/" + endpoint + "/pause")
        .then()
        .statusCode(409)
        .body("code", equalTo("WEBHOOK_ENDPOINT_DISABLED"));
    assertThat(receiver.at(gone)).hasSize(1);
  }

  @Test
  void queuesWhilePausedAndSendsWhenResumed() {
    UUID tenant = createTenant(newName());
    String url = receiver.url(200);
    String webhooks = WebhookApi.of(tenant);
    String endpoint = WebhookApi.endpoint(webhooks, url, Map.of("ordered", true));
    change(webhooks, endpoint, "pause");
    suspend(tenant);
    asAdmin().post(TENANTS + "/" + tenant + "/resume").then().statusCode(200);
    await().until(() -> WebhookApi.deliveries(webhooks, endpoint).size() == 2);
    assertThat(receiver.at(url)).isEmpty();

    change(webhooks, endpoint, "resume");

    assertThat(receiver.await(url, 2))
        .extracting(Message::type)
        .containsExactly("tenant.suspended", "tenant.resumed");
  }

  @Test
  void sendsCustomHeadersAndNeverShowsTheirValues() {
    UUID tenant = createTenant(newName());
    String url = receiver.url(200);
    String webhooks = WebhookApi.of(tenant);
    JsonPath created =
        WebhookApi.create(
            webhooks, url, Map.of("headers", Map.of("Authorization", "Bearer of-the-receiver")));
    String endpoint = created.getString("endpoint.endpoint_id");

    suspend(tenant);

    assertThat(receiver.await(url, 1).getFirst().header("authorization"))
        .isEqualTo("Bearer of-the-receiver");
    assertThat(created.prettify()).contains("Authorization").doesNotContain("of-the-receiver");
    assertThat(WebhookApi.show(webhooks, endpoint).prettify())
        .contains("Authorization")
        .doesNotContain("of-the-receiver", created.getString("secret"));
    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                "SELECT endpoint::text FROM control_plane.webhook_endpoints AS endpoint"))
        .noneMatch(row -> row.contains("of-the-receiver") || row.contains("whsec_"));
    asAdmin()
        .body(Map.of("url", "https://example.com/elsewhere"))
        .patch(webhooks + "/endpoints/" + endpoint)
        .then()
        .statusCode(422);
  }

  @Test
  void resendsWithTheSameId() {
    UUID tenant = createTenant(newName());
    String url = receiver.url(200);
    String webhooks = WebhookApi.of(tenant);
    String endpoint = WebhookApi.endpoint(webhooks, url, Map.of());
    suspend(tenant);
    awaitStatus(webhooks, endpoint, "delivered");
    Object delivery = WebhookApi.deliveries(webhooks, endpoint).getFirst().get("delivery_id");

    asAdmin().post(webhooks + "/deliveries/" + delivery + "/resend").then().statusCode(200);

    List<Message> messages = receiver.await(url, 2);
    assertThat(messages).extracting(Message::id).containsOnly(messages.getFirst().id());
  }

  @Test
  void recoversWhatFailedSinceATime() {
    UUID tenant = createTenant(newName());
    AtomicBoolean works = new AtomicBoolean();
    String url = receiver.url(message -> Answer.of(works.get() ? 200 : 410));
    String webhooks = WebhookApi.of(tenant);
    String endpoint = WebhookApi.endpoint(webhooks, url, Map.of());
    Instant start = Instant.now().minusSeconds(1);
    suspend(tenant);
    awaitStatus(webhooks, endpoint, "failed");
    works.set(true);
    change(webhooks, endpoint, "resume");

    asAdmin()
        .body(Map.of("since", start.toString()))
        .post(webhooks + "/endpoints/" + endpoint + "/recover")
        .then()
        .statusCode(200)
        .body("deliveries", equalTo(1));

    awaitStatus(webhooks, endpoint, "delivered");
    assertThat(receiver.at(url))
        .extracting(Message::id)
        .hasSize(2)
        .containsOnly(receiver.at(url).getFirst().id());
  }

  @Test
  void replaysWhatWasNeverQueuedForAnEndpoint() {
    UUID tenant = createTenant(newName());
    suspend(tenant);
    String url = receiver.url(200);
    String webhooks = WebhookApi.of(tenant);
    String endpoint =
        WebhookApi.endpoint(webhooks, url, Map.of("event_types", List.of("tenant.suspended")));
    awaitNothingToQueue();

    for (int expected : new int[] {1, 0}) {
      asAdmin()
          .body(Map.of("since", Instant.now().minusSeconds(600).toString()))
          .post(webhooks + "/endpoints/" + endpoint + "/replay")
          .then()
          .statusCode(200)
          .body("deliveries", equalTo(expected));
    }

    awaitStatus(webhooks, endpoint, "delivered");
    assertThat(receiver.at(url)).hasSize(1);
  }

  @Test
  void removesEndpointsAndLogOfDeletedTenantAfterTheLastMessage() {
    UUID tenant = createTenant(newName());
    String url = receiver.url(200);
    String endpoint = WebhookApi.endpoint(WebhookApi.of(tenant), url, Map.of());
    WebhookApi.portalToken(tenant);

    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);

    receiver.await(url, "tenant.deleted", tenant);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(count("webhook_endpoints WHERE endpoint_id", endpoint)).isEqualTo("0");
              assertThat(count("webhook_deliveries WHERE endpoint_id", endpoint)).isEqualTo("0");
            });
    await()
        .until(
            () -> asAdmin().get(WebhookApi.of(tenant) + "/endpoints").statusCode(),
            status -> status == 404);
  }

  @Test
  void removesDeletedEndpointWithItsSecretsAndLog() {
    UUID tenant = createTenant(newName());
    String url = receiver.url(200);
    String webhooks = WebhookApi.of(tenant);
    String endpoint = WebhookApi.endpoint(webhooks, url, Map.of());
    suspend(tenant);
    awaitStatus(webhooks, endpoint, "delivered");

    asAdmin().delete(webhooks + "/endpoints/" + endpoint).then().statusCode(204);

    asAdmin().get(webhooks + "/endpoints/" + endpoint).then().statusCode(404);
    asAdmin().get(webhooks + "/deliveries").then().body("items.size()", equalTo(0));
    await()
        .untilAsserted(
            () -> {
              assertThat(count("webhook_endpoints WHERE endpoint_id", endpoint)).isEqualTo("0");
              assertThat(count("webhook_deliveries WHERE endpoint_id", endpoint)).isEqualTo("0");
            });
  }

  @Test
  void testsEndpointWithTheExampleOfAType() throws Exception {
    UUID tenant = createTenant(newName());
    String url = receiver.url(202);
    String webhooks = WebhookApi.of(tenant);
    JsonPath created = WebhookApi.create(webhooks, url, Map.of());

    asAdmin()
        .body(Map.of("type", "backup.completed"))
        .post("%s/endpoints/%s/test".formatted(webhooks, created.getString("endpoint.endpoint_id")))
        .then()
        .statusCode(200)
        .body("accepted", equalTo(true))
        .body("code", equalTo(202));

    Message message = receiver.at(url).getFirst();
    new Webhook(created.getString("secret")).verify(message.body(), message.headers());
    assertThat(message.type()).isEqualTo("backup.completed");
    assertThat(message.json().path("data").path("tenant_id").asText()).isEqualTo(tenant.toString());
    asAdmin().get(webhooks + "/deliveries").then().body("items.size()", equalTo(0));
  }

  @Test
  void reportsReachedLimit() {
    UUID tenant = createTenant(newName());
    String url = receiver.url(200);
    WebhookApi.endpoint(
        WebhookApi.of(tenant), url, Map.of("event_types", List.of("limit.reached")));
    asAdmin().body("{\"api_keys\":1}").patch(TENANTS + "/" + tenant + "/quotas");

    asAdmin()
        .body("{\"name\":\"last\"}")
        .post(TENANTS + "/" + tenant + "/api-keys")
        .then()
        .statusCode(201);

    Message message = receiver.await(url, "limit.reached", tenant);
    assertThat(message.json().path("data").path("resource").asText()).isEqualTo("api_keys");
  }

  @Test
  void reportsFactsWhileKafkaIsUnavailable() {
    UUID tenant = createTenant(newName());
    String url = receiver.url(200);
    WebhookApi.endpoint(WebhookApi.of(tenant), url, Map.of());

    LocalStack.shared().kafka().stop();
    try {
      suspend(tenant);
      receiver.await(url, "tenant.suspended", tenant);
    } finally {
      LocalStack.shared().kafka().start();
    }
  }

  private static void suspend(UUID tenant) {
    asAdmin().post(TENANTS + "/" + tenant + "/suspend").then().statusCode(200);
  }

  private static void change(String webhooks, String endpoint, String action) {
    asAdmin().post(webhooks + "/endpoints/" + endpoint + "/" + action).then().statusCode(200);
  }

  private static String count(String tableAndColumn, String id) {
    return Postgres.value(
        Postgres.CONTROL,
        "SELECT count(*) FROM control_plane.%s = '%s'".formatted(tableAndColumn, id));
  }

  /** Its provisioning is reported to no endpoint that is created later. */
  private static UUID createTenant(String name) {
    UUID tenant = TenantApi.createTenant(name);
    awaitNothingToQueue();
    return tenant;
  }

  private static void awaitNothingToQueue() {
    await()
        .until(
            () ->
                Postgres.value(
                        Postgres.CONTROL,
                        "SELECT count(*) FROM control_plane.webhook_events WHERE NOT is_queued")
                    .equals("0"));
  }

  private static void awaitStatus(String webhooks, String endpoint, String status) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> WebhookApi.deliveries(webhooks, endpoint),
            deliveries ->
                !deliveries.isEmpty()
                    && deliveries.stream().allMatch(each -> status.equals(each.get("status"))));
  }
}
