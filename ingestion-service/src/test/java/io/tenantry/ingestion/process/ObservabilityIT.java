package io.tenantry.ingestion.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.tenantry.ingestion.TopicReader;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Traces and logs of the packaged service, with production's settings. */
class ObservabilityIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";

  private final LocalStack stack = LocalStack.shared();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  @Test
  @Tag("P3")
  void tracesEventFromRequestThroughKafkaToTenantDatabase() throws Exception {
    try (SpanCollector collector = new SpanCollector();
        ServiceProcess service =
            ServiceProcess.start(
                Map.of(
                    "OTEL_SDK_DISABLED",
                    "false",
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    collector.address().toString(),
                    "OTEL_EXPORTER_OTLP_PROTOCOL",
                    "http/protobuf",
                    "QUARKUS_OTEL_BSP_SCHEDULE_DELAY",
                    "100ms",
                    "SHUTDOWN_DELAY",
                    "0s"))) {
      TestTenant tenant = TestTenant.withInbox();

      HttpResponse<String> answer =
          post(
              service, tenant.key(), "traced", "traceparent", "00-" + TRACE + "-" + PARENT + "-01");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      await().atMost(LIMIT).until(() -> TenantDatabase.inbox(tenant).equals(List.of("traced")));

      List<Span> spans =
          await().atMost(LIMIT).until(() -> collector.ofTrace(TRACE), all -> all.size() >= 2);
      Span request = only(spans, Span.SpanKind.SPAN_KIND_SERVER);
      Span delivery = only(spans, Span.SpanKind.SPAN_KIND_CONSUMER);
      assertThat(request.getParentSpanId()).isEqualTo(ByteString.fromHex(PARENT));
      assertThat(delivery.getParentSpanId()).isEqualTo(request.getSpanId());
      assertThat(delivery.getName()).isEqualTo("deliver");
      assertThat(delivery.getAttributesList())
          .anySatisfy(
              attribute -> {
                assertThat(attribute.getKey()).isEqualTo("tenantry.tenant.id");
                assertThat(attribute.getValue().getStringValue()).isEqualTo(tenant.id().toString());
              });
      assertThat(header(tenant)).startsWith("00-" + TRACE + "-");
      service.terminate();
    }
  }

  @Test
  @Tag("P3")
  void logsJsonWithAccessLogThatNamesTenantAndNoSecret() throws Exception {
    try (ServiceProcess service =
        ServiceProcess.start(
            Map.of(
                "LOG_JSON", "true",
                "ACCESS_LOG_QUIET", "/q/",
                "TENANTRY_EXTRACTION_ENABLED", "false",
                "TENANTRY_DEAD_LETTERS_ENABLED", "false"))) {
      TestTenant tenant = TestTenant.withInbox();
      post(service, tenant.key(), "logged");
      post(service, "nm_1_not-a-key", "refused");

      JsonNode taken = accessTo(service, "status=202");
      assertThat(taken.path("message").asText())
          .matches("method=POST path=/api/v1/events status=202 ms=\\d+ tenant=" + tenant.id());
      assertThat(taken.path("mdc").path("tenant").asText()).isEqualTo(tenant.id().toString());
      assertThat(taken.path("level").asText()).isEqualTo("INFO");
      assertThat(accessTo(service, "status=401").path("message").asText())
          .doesNotContain("tenant=");
      assertThat(service.log())
          .doesNotContain(tenant.key(), "not-a-key", "/q/health/ready status=200")
          .doesNotContain(
              stack.environment().values().stream().filter(v -> v.length() > 20).toList());
      // Untraced: tracing is off unless it is asked for.
      assertThat(header(tenant)).isEmpty();
    }
  }

  private JsonNode accessTo(ServiceProcess service, String words) {
    return await()
        .atMost(LIMIT)
        .until(
            () ->
                service
                    .log()
                    .lines()
                    .map(this::read)
                    .filter(line -> line.path("loggerName").asText().endsWith("AccessLog"))
                    .filter(line -> line.path("message").asText().contains(words))
                    .findFirst(),
            found -> found.isPresent())
        .get();
  }

  /** Every line is JSON but those that the JVM itself writes. */
  private JsonNode read(String line) {
    try {
      return json.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + line, e);
    }
  }

  private String header(TestTenant tenant) {
    return TopicReader.read(stack, "ingestion-events", tenant.id()).stream()
        .filter(message -> message.headers().lastHeader("traceparent") != null)
        .map(message -> TopicReader.header(message, "traceparent"))
        .findFirst()
        .orElse("");
  }

  private static Span only(List<Span> spans, Span.SpanKind kind) {
    List<Span> found = spans.stream().filter(span -> span.getKind() == kind).toList();
    assertThat(found).as(spans.toString()).hasSize(1);
    return found.getFirst();
  }

  private HttpResponse<String> post(
      ServiceProcess service, String key, String event, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.address().resolve("/api/v1/events?secret=abc"))
            .header("X-API-Key", key)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"event_id\":\"%s\",\"type\":\"t\",\"data\":{}}".formatted(event)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
