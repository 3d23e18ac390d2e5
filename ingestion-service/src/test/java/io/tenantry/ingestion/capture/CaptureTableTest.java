package io.tenantry.ingestion.capture;

import static io.restassured.RestAssured.given;
import static io.tenantry.ingestion.IngestionApi.EVENTS;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static io.tenantry.ingestion.IngestionApi.asTenant;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tenantry.ingestion.Readiness;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The service answers as the tables in docs/capture.md say. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("C1")
@Tag("E1")
@Tag("N1")
@Tag("N2")
class CaptureTableTest {

  /** {@code | request | status | code |}. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (.+) \\| (\\d{3}) \\| (?:`([A-Z_]+)` )?\\|$");

  private static final String JSON = "application/json";
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final String BATCHED = "application/cloudevents-batch+json";

  private TestTenant tenant;
  private final String instance = "table-" + UUID.randomUUID();

  @BeforeEach
  void createInstances() {
    Readiness.await("topics", "UP");
    tenant = TestTenant.withInbox();
    // The tenants of other tests' instances may not exist any more.
    ControlDatabase.execute("DELETE FROM ingestion.instances");
    create("default-of-table", "");
    create(instance, "");
    create(instance + "-secret", ",\"webhook_secret\":\"s3cret\"");
    create(instance + "-inactive", ",\"is_active\":false");
  }

  private void create(String name, String more) {
    asAdmin()
        .contentType(JSON)
        .body("{\"name\":\"%s\",\"tenant_id\":\"%s\"%s}".formatted(name, tenant.id(), more))
        .post("/api/v1/instances")
        .then()
        .statusCode(201);
  }

  @Test
  void answersAsDocumented() throws IOException {
    Map<String, String> documented = new LinkedHashMap<>();
    Matcher row = ROW.matcher(Files.readString(Path.of("../docs/capture.md")));
    while (row.find()) {
      documented.put(row.group(1), row.group(2) + (row.group(3) == null ? "" : " " + row.group(3)));
    }

    Map<String, String> answered = new LinkedHashMap<>();
    requests().forEach((request, sent) -> answered.put(request, answer(sent.get())));

    assertThat(answered).containsExactlyInAnyOrderEntriesOf(documented);
  }

  private static String answer(Response response) {
    String code = response.statusCode() < 400 ? null : response.path("code");
    return response.statusCode() + (code == null ? "" : " " + code);
  }

  private Map<String, Supplier<Response>> requests() {
    Map<String, Supplier<Response>> requests = new LinkedHashMap<>();
    addEvents(requests);
    addRefusedEvents(requests);
    addLimits(requests);
    addWebhooks(requests);
    return requests;
  }

  private void addEvents(Map<String, Supplier<Response>> requests) {
    requests.put("own JSON, one event", () -> own("{\"type\":\"t\"}"));
    requests.put("own JSON, a list", () -> own("[{\"type\":\"t\"},{\"type\":\"u\"}]"));
    requests.put("CloudEvents, structured", () -> post(STRUCTURED, event("")));
    requests.put("CloudEvents, batched", () -> post(BATCHED, "[" + event("") + "]"));
    requests.put("CloudEvents, an empty batch", () -> post(BATCHED, "[]"));
    requests.put(
        "CloudEvents, binary with JSON",
        () -> binary().contentType(JSON).body("{\"type\":\"card\",\"data\":{}}").post(EVENTS));
    requests.put(
        "CloudEvents, binary with text",
        () -> binary().contentType("text/plain").body("text").post(EVENTS));
    requests.put("CloudEvents, binary without data", () -> binary().post(EVENTS));
    requests.put(
        "an extension attribute whose name is longer than 20 characters",
        () -> post(STRUCTURED, event(",\"" + "x".repeat(21) + "\":\"v\"")));
    requests.put(
        "`Content-Encoding: gzip`",
        () -> packed("gzip", gzip("{\"type\":\"t\",\"data\":\"packed\"}"), EVENTS));
    requests.put("a list, one event of it invalid", () -> own("[{\"type\":\"t\"},{\"type\":7}]"));
  }

  private void addRefusedEvents(Map<String, Supplier<Response>> requests) {
    requests.put("not JSON, or not UTF-8", () -> own("{no json"));
    requests.put(
        "not gzip, though `Content-Encoding` says so", () -> packed("gzip", bytes("{}"), EVENTS));
    requests.put(
        "gzip with other bytes behind it",
        () ->
            packed(
                "gzip",
                Arrays.copyOf(gzip("{\"type\":\"t\"}"), gzip("{\"type\":\"t\"}").length + 1),
                EVENTS));
    requests.put("another media type without the headers `ce-…`", () -> post("text/plain", "text"));
    requests.put(
        "CloudEvents in a format other than JSON",
        () -> binary().contentType("application/cloudevents+avro").body(bytes("x")).post(EVENTS));
    requests.put(
        "another `Content-Encoding`; the answer has `Accept-Encoding: gzip`",
        () -> {
          Response response = packed("br", bytes("{}"), EVENTS);
          assertThat(response.header("Accept-Encoding")).isEqualTo("gzip");
          return response;
        });
    requests.put(
        "a required attribute missing, or an attribute that is not valid", () -> own("{}"));
    requests.put(
        "`specversion` other than 1.0", () -> post(STRUCTURED, event("").replace("1.0", "0.3")));
    requests.put(
        "a time that is not one of RFC 3339",
        () -> own("{\"type\":\"t\",\"occurred_at\":\"2026-11-21T04:44Z\"}"));
    requests.put(
        "a header `ce-…` with characters that are not ASCII, or with a wrong percent-encoding",
        () -> binary().header("ce-subject", "50% off").post(EVENTS));
  }

  private void addLimits(Map<String, Supplier<Response>> requests) {
    String large = "x".repeat(600_000);
    requests.put(
        "a body larger than 8 MiB, also unpacked",
        () -> packed("gzip", gzip("[" + " ".repeat(9_000_000) + "]"), EVENTS));
    requests.put(
        "more than 1000 events", () -> own("[" + "{\"type\":\"t\"},".repeat(1000) + "{}]"));
    requests.put(
        "binary data larger than 512 KiB",
        () -> binary().contentType("text/plain").body(large).post(EVENTS));
    requests.put("JSON nested deeper than 1000 levels", () -> data("[".repeat(2000)));
    requests.put("a number of more than 1000 characters", () -> data("1".repeat(1001)));
    requests.put(
        "a number of more than 131072 digits before the point or 16383 after it, such as `1e131072`",
        () -> data("1e131072"));
    requests.put("the character NUL, or half of a surrogate pair", () -> data("\"\\u0000\""));
    requests.put(
        "data of an event in a list larger than 512 KiB",
        () -> own("[{\"type\":\"t\",\"data\":\"" + large + "\"}]"));
  }

  private void addWebhooks(Map<String, Supplier<Response>> requests) {
    requests.put(
        "any body to an active instance: what is not JSON that can be stored, is kept as raw data",
        () -> webhook(instance, "{\"n\":1e131072}"));
    requests.put(
        "the name of an event behind the instance's, as Evolution API's by-event addresses have it",
        () -> webhook(instance + "/messages-upsert", "{}"));
    requests.put(
        "the name of an event instead of an instance's: the default instance",
        () -> webhook("messages-upsert", "{}"));
    requests.put(
        "a webhook with `Content-Encoding: gzip`",
        () -> packed("gzip", gzip("{}"), "/webhook/evolution/" + instance));
    requests.put("a wrong signature or secret", () -> webhook(instance + "-secret", "{}"));
    requests.put(
        "an instance, or a tenant, that is not active",
        () -> webhook(instance + "-inactive", "{}"));
    requests.put("an unknown instance", () -> webhook("nobody/messages-upsert", "{}"));
    requests.put(
        "a webhook larger than 3 MiB, also unpacked (`TENANTRY_CAPTURE_MAX_WEBHOOK_SIZE`)",
        () -> packed("gzip", gzip(" ".repeat(5_000_000)), "/webhook/evolution/" + instance));
    requests.put(
        "a webhook with another `Content-Encoding`",
        () -> packed("br", bytes("{}"), "/webhook/evolution/" + instance));
  }

  private static String event(String more) {
    return "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/s\",\"type\":\"t\"%s}"
        .formatted(UUID.randomUUID(), more);
  }

  private RequestSpecification request() {
    return asTenant(tenant)
        .config(
            RestAssured.config()
                .encoderConfig(
                    EncoderConfig.encoderConfig()
                        .appendDefaultContentCharsetToContentTypeIfUndefined(false)));
  }

  private Response post(String contentType, String body) {
    return request().contentType(contentType).body(bytes(body)).post(EVENTS);
  }

  private Response own(String body) {
    return post(JSON, body);
  }

  private Response data(String data) {
    return own("{\"type\":\"t\",\"data\":" + data + "}");
  }

  private RequestSpecification binary() {
    return request()
        .header("ce-specversion", "1.0")
        .header("ce-id", UUID.randomUUID())
        .header("ce-source", "/s")
        .header("CE-Type", "t");
  }

  private Response packed(String encoding, byte[] body, String path) {
    return request().contentType(JSON).header("Content-Encoding", encoding).body(body).post(path);
  }

  private static Response webhook(String path, String body) {
    return given().contentType(JSON).body(body).post("/webhook/evolution/" + path);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
