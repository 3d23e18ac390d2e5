package io.tenantry.ingestion.instance;

import static io.restassured.RestAssured.given;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static io.tenantry.ingestion.IngestionApi.asTenant;
import static io.tenantry.ingestion.TopicReader.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tenantry.ingestion.Readiness;
import io.tenantry.ingestion.TopicReader;
import io.tenantry.ingestion.WebhookSignatures;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Channel instances and their webhooks. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class InstancesTest {

  private static final String INSTANCES = "/api/v1/instances";
  private static final String WEBHOOK = "/webhook/evolution";

  @Inject InstanceBootstrap bootstrap;
  LocalStack stack;
  private TestTenant tenant;
  private final String name = "shop-" + UUID.randomUUID();

  @BeforeEach
  void createTenant() {
    Readiness.await("topics", "UP");
    tenant = TestTenant.withInbox();
  }

  private static ValidatableResponse post(String path, String json) {
    return asAdmin().contentType("application/json").body(json).post(path).then();
  }

  private ValidatableResponse create(String name, String more) {
    return post(
        INSTANCES, "{\"name\":\"%s\",\"tenant_id\":\"%s\"%s}".formatted(name, tenant.id(), more));
  }

  private static ValidatableResponse get(String name) {
    return asAdmin().get(INSTANCES + "/" + name).then();
  }

  private static ValidatableResponse patch(String name, String json) {
    return asAdmin()
        .contentType("application/json")
        .body(json)
        .patch(INSTANCES + "/" + name)
        .then();
  }

  private static ValidatableResponse send(String path, String body) {
    return given().contentType("application/json").body(body).post(path).then();
  }

  private List<ConsumerRecord<byte[], byte[]>> captured() {
    return TopicReader.read(stack, "ingestion-events", tenant.id());
  }

  @Test
  @Tag("I8")
  void createsInstanceThatOverridesOnlyWhatDiffers() {
    create(
            name,
            """
            ,"evolution_url":"https://evo.example","evolution_key":"very-secret-1","session_id_prefix":"",
             "agent_timeout":5
            """)
        .statusCode(201)
        .body("name", equalTo(name))
        .body("tenant_id", equalTo(tenant.id().toString()))
        .body("channel_type", equalTo("whatsapp"))
        .body("evolution_url", equalTo("https://evo.example"))
        .body("agent_timeout", equalTo(5))
        .body("default_agent", nullValue())
        .body("is_active", equalTo(true))
        .body("effective.evolution_url", equalTo("https://evo.example"))
        .body("effective.agent_timeout", equalTo(5))
        .body("effective.session_id_prefix", equalTo("session-"));
    create(name + "-2", "")
        .statusCode(201)
        .body("evolution_url", nullValue())
        .body("effective.agent_timeout", equalTo(60))
        .body("effective.session_id_prefix", equalTo("session-"));
  }

  @Test
  @Tag("I8")
  void encryptsAndMasksSecrets() {
    String answer =
        create(
                name,
                ",\"evolution_key\":\"secret-a\",\"agent_api_key\":\"secret-b\",\"webhook_secret\":\"secret-c\"")
            .statusCode(201)
            .body("evolution_key", equalTo("********"))
            .body("agent_api_key", equalTo("********"))
            .body("webhook_secret", equalTo("********"))
            .body("effective.evolution_key", equalTo("********"))
            .extract()
            .asString();
    assertThat(answer).doesNotContain("secret-");
    get(name).body(not(containsString("secret-")));
    asAdmin().get(INSTANCES + "?limit=500").then().body(not(containsString("secret-")));
    assertThat(
            ControlDatabase.column(
                "SELECT instances::text FROM ingestion.instances WHERE name = ?", name))
        .singleElement()
        .asString()
        .doesNotContain(
            "secret-", HexFormat.of().formatHex("secret-".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  @Tag("I8")
  void changesListsAndDeletesInstances() {
    create(name, ",\"evolution_url\":\"http://a\",\"evolution_key\":\"k\",\"agent_timeout\":7");
    patch(name, "{\"default_agent\":\"bot\",\"evolution_key\":\"********\",\"is_active\":false}")
        .statusCode(200)
        .body("default_agent", equalTo("bot"))
        .body("evolution_url", equalTo("http://a"))
        .body("evolution_key", equalTo("********"))
        .body("is_active", equalTo(false));
    patch(name, "{\"evolution_url\":\"\",\"agent_timeout\":0}")
        .body("evolution_url", nullValue())
        .body("agent_timeout", nullValue())
        .body("effective.agent_timeout", equalTo(60));
    create(name + "-b", "").statusCode(201);
    asAdmin()
        .queryParam("after", name)
        .queryParam("limit", 1)
        .get(INSTANCES)
        .then()
        .body("items.name", contains(name + "-b"));

    asAdmin().delete(INSTANCES + "/" + name).then().statusCode(204);
    get(name).statusCode(404).body("code", equalTo("INSTANCE_NOT_FOUND"));
    patch(name, "{}").statusCode(404);
    asAdmin().delete(INSTANCES + "/" + name).then().statusCode(404);
  }

  @Test
  @Tag("I8")
  void refusesInvalidInstances() {
    create(name, "").statusCode(201);
    create(name, "").statusCode(409).body("code", equalTo("INSTANCE_NAME_TAKEN"));
    post(
            INSTANCES,
            """
            {"name":"a b","evolution_url":"ftp://x","agent_timeout":0,"colour":1}
            """)
        .statusCode(422)
        .body(
            "errors.field",
            hasItems("name", "tenant_id", "evolution_url", "agent_timeout", "colour"));
    post(INSTANCES, "{\"name\":\"x\",\"tenant_id\":\"%s\"}".formatted(UUID.randomUUID()))
        .statusCode(422)
        .body("errors.field", contains("tenant_id"));
    asTenant(tenant).get(INSTANCES).then().statusCode(403);
  }

  @Test
  @Tag("I8")
  void keepsOneDefaultAndLastInstance() {
    ControlDatabase.execute("DELETE FROM ingestion.instances");
    create(name + "-a", "").body("is_default", equalTo(true));
    create(name + "-b", "").body("is_default", equalTo(false));
    create(name + "-c", ",\"is_default\":true").body("is_default", equalTo(true));
    get(name + "-a").body("is_default", equalTo(false));
    post(INSTANCES + "/" + name + "-b/set-default", "")
        .statusCode(200)
        .body("is_default", equalTo(true));
    asAdmin().get(INSTANCES + "/default").then().body("name", equalTo(name + "-b"));

    asAdmin().delete(INSTANCES + "/" + name + "-b").then().statusCode(204);
    asAdmin().get(INSTANCES + "/default").then().body("name", equalTo(name + "-a"));
    asAdmin().delete(INSTANCES + "/" + name + "-c").then().statusCode(204);
    asAdmin()
        .delete(INSTANCES + "/" + name + "-a")
        .then()
        .statusCode(409)
        .body("code", equalTo("LAST_INSTANCE"));
  }

  @Test
  @Tag("I8")
  void bootstrapsDefaultInstanceOnceWithoutOverwriting() {
    ControlDatabase.execute("DELETE FROM ingestion.instances");

    assertThat(bootstrap.bootstrap()).isTrue();
    asAdmin()
        .get(INSTANCES + "/default")
        .then()
        .statusCode(200)
        .body("name", equalTo("first-phone"))
        .body("evolution_url", nullValue())
        .body("effective.evolution_url", equalTo("http://evolution.test"))
        .body("effective.evolution_key", equalTo("********"))
        .body("effective.agent_api_url", equalTo("http://agent.test"))
        .body("effective.default_agent", equalTo("assistant"));
    send(WEBHOOK, "{}").statusCode(403).body("code", equalTo("INSTANCE_INACTIVE"));
    patch("first-phone", "{\"tenant_id\":\"%s\",\"default_agent\":\"mine\"}".formatted(tenant.id()))
        .statusCode(200);

    assertThat(bootstrap.bootstrap()).isFalse();
    get("first-phone").body("default_agent", equalTo("mine"));
    send(WEBHOOK, "{}").statusCode(200).body("instance", equalTo("first-phone"));
  }

  @Test
  @Tag("I9")
  void capturesRawBodyForTenantOfInstance() {
    create(name, ",\"default_agent\":\"bot\"").statusCode(201);
    String body = " {\"event\": \"messages.upsert\", \"data\":{\"text\":\"Grüße\"}}\n";

    given()
        .contentType("application/json; charset=utf-8")
        .body(body)
        .post(WEBHOOK + "/" + name)
        .then()
        .statusCode(200)
        .body("status", equalTo("success"))
        .body("instance", equalTo(name));

    ConsumerRecord<byte[], byte[]> message = captured().getFirst();
    assertThat(TopicReader.value(message)).isEqualTo(body);
    assertThat(header(message, "ce_type")).isEqualTo("io.tenantry.webhook.received.v1");
    assertThat(header(message, "ce_source")).isEqualTo("urn:tenantry:instance:" + name);
    assertThat(header(message, "ce_instance")).isEqualTo(name);
    assertThat(header(message, "ce_defaultagent")).isEqualTo("bot");
    assertThat(header(message, "ce_sessionidprefix")).isEqualTo("session-");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        TenantDatabase.column(
                            tenant, "SELECT data->'data'->>'text' FROM inbox_events"))
                    .containsExactly("Grüße"));
  }

  @Test
  @Tag("I9")
  void capturesBodyThatIsNotJsonUnchanged() {
    create(name, "").statusCode(201);
    send(WEBHOOK + "/" + name, "{no json").statusCode(200);
    given()
        .contentType("text/plain")
        .body("hello")
        .post(WEBHOOK + "/" + name)
        .then()
        .statusCode(200);
    given().post(WEBHOOK + "/" + name).then().statusCode(200);

    assertThat(captured()).extracting(TopicReader::value).containsExactly("{no json", "hello", "");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        TenantDatabase.column(
                            tenant,
                            "SELECT convert_from(raw_data, 'UTF8') FROM inbox_events ORDER BY"
                                + " position"))
                    .containsExactly("{no json", "hello", null));
  }

  @Test
  @Tag("I9")
  void capturesMessageWithIdOnce() {
    create(name, "").statusCode(201);
    for (int i = 0; i < 2; i++) {
      given()
          .header("webhook-id", "m1")
          .body("a")
          .post(WEBHOOK + "/" + name)
          .then()
          .statusCode(200);
      send(WEBHOOK + "/" + name, "{}").statusCode(200);
    }

    assertThat(captured()).hasSize(3);
  }

  @Test
  @Tag("I9")
  void refusesUnknownAndInactiveInstances() {
    send(WEBHOOK + "/nobody", "{}").statusCode(404).body("code", equalTo("INSTANCE_NOT_FOUND"));
    create(name, ",\"is_active\":false").statusCode(201);
    send(WEBHOOK + "/" + name, "{}").statusCode(403).body("code", equalTo("INSTANCE_INACTIVE"));
    patch(name, "{\"is_active\":true}").statusCode(200);
    send(WEBHOOK + "/" + name, "{}").statusCode(200);
    tenant.setStatus("suspended");
    Awaitility.await().untilAsserted(() -> send(WEBHOOK + "/" + name, "{}").statusCode(403));
  }

  @Test
  @Tag("I9")
  void verifiesSignatureOrSecretOfInstance() throws Exception {
    create(name, ",\"webhook_secret\":\"s3cret\"").statusCode(201);
    create(name + "-other", ",\"webhook_secret\":\"another\"").statusCode(201);
    String path = WEBHOOK + "/" + name;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("s3cret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String signature =
        "sha256="
            + HexFormat.of().formatHex(mac.doFinal("{\"a\":1}".getBytes(StandardCharsets.UTF_8)));

    send(path, "{\"a\":1}").statusCode(401).body("code", equalTo("UNAUTHENTICATED"));
    given().header("X-Webhook-Secret", "wrong").body("x").post(path).then().statusCode(401);
    given().header("X-Webhook-Secret", "another").body("x").post(path).then().statusCode(401);
    given().header("X-Webhook-Secret", "s3cret").body("x").post(path).then().statusCode(200);
    given()
        .header("X-Hub-Signature-256", signature)
        .body("{\"a\":1}")
        .post(path)
        .then()
        .statusCode(200);
    given()
        .header("X-Hub-Signature-256", signature)
        .body("{\"a\":2}")
        .post(path)
        .then()
        .statusCode(401);
    given()
        .header("X-Hub-Signature-256", signature)
        .body("{\"a\":1}")
        .post(path + "-other")
        .then()
        .statusCode(401);
    assertThat(captured()).hasSize(2);
  }

  @Tag("P13")
  @Test
  @Tag("I9")
  void storesMessageSignedByBodyOnceWhenReplayedWithOtherIds() {
    create(name, ",\"webhook_secret\":\"s3cret\"").statusCode(201);
    String body = "{\"order\":1}";
    String signature = WebhookSignatures.ofBody("s3cret", body);

    for (String id : List.of("m1", "m1", "m2", "")) {
      given()
          .header("X-Hub-Signature-256", signature)
          .header("webhook-id", id)
          .body(body)
          .post(WEBHOOK + "/" + name)
          .then()
          .statusCode(200);
    }
    given()
        .header("X-Hub-Signature-256", WebhookSignatures.ofBody("s3cret", "{\"order\":2}"))
        .header("webhook-id", "m1")
        .body("{\"order\":2}")
        .post(WEBHOOK + "/" + name)
        .then()
        .statusCode(200);

    assertThat(captured()).extracting(TopicReader::value).containsExactly(body, "{\"order\":2}");
    assertThat(header(captured().getFirst(), "ce_id")).startsWith("sha256:").hasSize(71);
  }

  @Tag("P13")
  @Test
  @Tag("I9")
  void takesIdOfMessageWithSecretFromItsHeader() {
    create(name, ",\"webhook_secret\":\"s3cret\"").statusCode(201);
    for (String id : List.of("m1", "m1", "m2")) {
      given()
          .header("X-Webhook-Secret", "s3cret")
          .header("webhook-id", id)
          .body("{}")
          .post(WEBHOOK + "/" + name)
          .then()
          .statusCode(200);
    }

    assertThat(captured()).extracting(m -> header(m, "ce_id")).containsExactly("m1", "m2");
  }

  private static int sendStandard(String path, String id, Instant at, String signature) {
    return given()
        .header("webhook-id", id)
        .header("webhook-timestamp", at.getEpochSecond())
        .header("webhook-signature", signature)
        .body("{\"a\":1}")
        .post(path)
        .statusCode();
  }

  @Tag("P13")
  @Test
  @Tag("I9")
  void verifiesStandardWebhooksWhereInstanceIsConfigured() {
    byte[] key = "a key of thirty-two bytes length".getBytes(StandardCharsets.UTF_8);
    String secret = "whsec_" + Base64.getEncoder().encodeToString(key);
    create(name, ",\"webhook_secret\":\"%s\",\"webhook_signing\":\"standard\"".formatted(secret))
        .statusCode(201)
        .body("webhook_signing", equalTo("standard"));
    String path = WEBHOOK + "/" + name;
    Instant now = Instant.now();
    String right = WebhookSignatures.standard(key, "m1", now, "{\"a\":1}");

    assertThat(sendStandard(path, "m1", now, right)).isEqualTo(200);
    assertThat(sendStandard(path, "m1", now, "v1,AAAA " + right)).isEqualTo(200);
    assertThat(sendStandard(path, "m2", now, right)).isEqualTo(401);
    assertThat(sendStandard(path, "m1", now.plusSeconds(1), right)).isEqualTo(401);
    for (Instant stale : List.of(now.minusSeconds(400), now.plusSeconds(400))) {
      String signature = WebhookSignatures.standard(key, "m3", stale, "{\"a\":1}");
      assertThat(sendStandard(path, "m3", stale, signature)).isEqualTo(401);
    }
    given().header("X-Webhook-Secret", secret).body("x").post(path).then().statusCode(401);
    given()
        .header("X-Hub-Signature-256", WebhookSignatures.ofBody(secret, "x"))
        .body("x")
        .post(path)
        .then()
        .statusCode(401);

    assertThat(captured()).extracting(m -> header(m, "ce_id")).containsExactly("m1");
  }

  @Tag("P13")
  @Test
  @Tag("I8")
  void refusesStandardSigningWithoutValidSecret() {
    create(name, ",\"webhook_signing\":\"standard\"")
        .statusCode(422)
        .body("errors.field", contains("webhook_secret"));
    create(name, ",\"webhook_signing\":\"standard\",\"webhook_secret\":\"whsec_%%%\"")
        .statusCode(422)
        .body("errors.field", contains("webhook_secret"));
    create(name, ",\"webhook_signing\":\"other\"")
        .statusCode(422)
        .body("errors.message", contains("must be one of body, standard"));
    create(name, "").statusCode(201).body("webhook_signing", equalTo("body"));
    patch(name, "{\"webhook_signing\":\"standard\"}").statusCode(422);
    patch(
            name,
            "{\"webhook_signing\":\"standard\",\"webhook_secret\":\"a secret of sixteen bytes\"}")
        .statusCode(200)
        .body("webhook_signing", equalTo("standard"));
    patch(name, "{\"webhook_secret\":\"\"}").statusCode(422);
    patch(name, "{\"webhook_secret\":\"\",\"webhook_signing\":\"body\"}").statusCode(200);
  }

  @Test
  @Tag("I9")
  void keepsConfigurationsOfInstancesApart() {
    create(name, ",\"default_agent\":\"mine\",\"whatsapp_instance\":\"phone-1\"").statusCode(201);
    create(name + "-other", "").statusCode(201);
    send(WEBHOOK + "/" + name + "-other", "{}").statusCode(200);

    ConsumerRecord<byte[], byte[]> message = captured().getFirst();
    assertThat(header(message, "ce_defaultagent")).isEqualTo("assistant");
    assertThat(header(message, "ce_whatsappinstance")).isEqualTo("first-phone");
  }

  @Test
  @Tag("I10")
  void limitsTenantAndInstance() {
    create(name, "").statusCode(201);
    String id = get(name).extract().path("instance_id");
    String tenantLimit = "/api/v1/limits/tenants/" + tenant.id();
    String instanceLimit = "/api/v1/limits/instances/" + id;
    asAdmin()
        .get(tenantLimit)
        .then()
        .body("events", equalTo(10000))
        .body("period_seconds", equalTo(1));
    put(instanceLimit, "{\"events\":2,\"period_seconds\":3600}").statusCode(200);
    Awaitility.await()
        .untilAsserted(
            () ->
                send(WEBHOOK + "/" + name, "{}")
                    .statusCode(429)
                    .header("RateLimit-Policy", equalTo("\"instance\";q=2;w=3600")));

    put(tenantLimit, "{\"events\":3,\"period_seconds\":3600}").statusCode(200);
    Awaitility.await()
        .untilAsserted(
            () ->
                asTenant(tenant)
                    .contentType("application/json")
                    .body("{\"type\":\"t\"}")
                    .post("/api/v1/events")
                    .then()
                    .statusCode(429)
                    .header("RateLimit-Policy", equalTo("\"tenant\";q=3;w=3600"))
                    .header("RateLimit", containsString("\"tenant\";r=0;t="))
                    .header("Retry-After", Integer::parseInt, greaterThan(0))
                    .body("code", equalTo("RATE_LIMITED"))
                    .body("retryable", equalTo(true)));
    assertThat(limits("tenants"))
        .contains(
            Map.of(
                "id", tenant.id().toString(),
                "name", tenantName(),
                "tenant_id", tenant.id().toString(),
                "events", 3,
                "period_seconds", 3600));
    assertThat(limits("instances"))
        .contains(
            Map.of(
                "id",
                id,
                "name",
                name,
                "tenant_id",
                tenant.id().toString(),
                "events",
                2,
                "period_seconds",
                3600))
        .noneMatch(limit -> limit.get("id").equals(tenant.id().toString()));
    asAdmin().get("/api/v1/limits/topics").then().statusCode(404);
    put(tenantLimit, "{\"events\":0}")
        .statusCode(422)
        .body("errors.field", contains("events", "period_seconds"));

    asAdmin().delete(tenantLimit).then().statusCode(204);
    assertThat(limits("tenants"))
        .noneMatch(limit -> limit.get("id").equals(tenant.id().toString()));
    asTenant(tenant)
        .contentType("application/json")
        .body("{\"type\":\"t\"}")
        .post("/api/v1/events")
        .then()
        .statusCode(202)
        .header("RateLimit-Policy", equalTo("\"tenant\";q=10000;w=1"));
  }

  /** All limits that were set, page by page. */
  private static List<Map<String, Object>> limits(String kind) {
    List<Map<String, Object>> limits = new ArrayList<>();
    String after = "00000000-0000-0000-0000-000000000000";
    while (after != null) {
      JsonPath page =
          asAdmin()
              .queryParam("limit", 2)
              .queryParam("after", after)
              .get("/api/v1/limits/" + kind)
              .then()
              .statusCode(200)
              .extract()
              .jsonPath();
      limits.addAll(page.getList("items"));
      after = page.getString("next");
    }
    return limits;
  }

  private String tenantName() {
    return ControlDatabase.column(
            "SELECT name FROM control_plane.tenants_v1 WHERE tenant_id = ?", tenant.id())
        .getFirst();
  }

  private static ValidatableResponse put(String path, String json) {
    return asAdmin().contentType("application/json").body(json).put(path).then();
  }

  @Test
  @Tag("I13")
  void countsAcceptedAndRefusedEvents() {
    asTenant(tenant)
        .contentType("application/json")
        .body("[{\"type\":\"t\",\"data\":\"payload-of-nobody\"},{\"type\":7}]")
        .post("/api/v1/events")
        .then()
        .statusCode(207);

    String metrics = given().get("/q/metrics").then().statusCode(200).extract().asString();
    assertThat(metrics)
        .containsPattern("tenantry_ingestion_events_accepted_total [1-9]")
        .containsPattern("tenantry_ingestion_bytes_accepted_total [1-9]")
        .containsPattern("tenantry_ingestion_refused_total\\{reason=\"VALIDATION_FAILED\".*} [1-9]")
        .containsPattern("tenantry_ingestion_produce_seconds_bucket\\{.*le=\"0.01.*\"} ")
        .containsPattern("tenantry_ingestion_consumer_lag [0-9]")
        .containsPattern("tenantry_ingestion_dead_letters\\{status=\"waiting\"} [0-9]")
        .doesNotContain(tenant.id().toString());
  }
}
