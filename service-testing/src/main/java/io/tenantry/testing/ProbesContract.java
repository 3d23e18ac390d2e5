package io.tenantry.testing;

import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.localstack.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every service shows health and metrics without credentials, and nothing else. */
public final class ProbesContract {

  private static final String LIVE = "/q/health/live";
  private static final String READY = "/q/health/ready";
  private static final String METRICS = "/q/metrics";
  private static final Pattern METRIC =
      Pattern.compile(
          "\\b(tenantry|http_server|jvm|process)_[a-z_]+(?=[{\\[) ]|$)", Pattern.MULTILINE);

  /** Covers the growing reconnect backoff of Kafka clients. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final ServiceHttp service;
  private final LocalStack stack;

  /**
   * @param service the URL of the service under test
   * @param stack the stack that it runs on
   */
  public ProbesContract(URI service, LocalStack stack) {
    this.service = new ServiceHttp(service);
    this.stack = stack;
  }

  /** Health and metrics need no credentials. */
  public void answerWithoutCredentials() {
    await().atMost(LIMIT).untilAsserted(() -> assertStatus(READY, 200));
    assertStatus(LIVE, 200);
    assertStatus("/q/health", 200);
    ServiceHttp.Answer metrics = service.get(METRICS);
    assertThat(metrics.status()).isEqualTo(200);
    assertThat(metrics.body()).contains("jvm_memory_used_bytes");
  }

  /** Each of these paths, and every unknown path, needs valid credentials. */
  public void nothingElseAnswersWithoutCredentials(List<String> paths) {
    for (String path : paths) {
      assertRefused(service.get(path));
      assertRefused(service.get(path, "not-the-admin-key"));
    }
    for (String path : List.of("/", "/nothing/here", "/q/openapi", "/q/swagger-ui", "/q/nothing")) {
      assertRefused(service.get(path));
    }
  }

  private static void assertRefused(ServiceHttp.Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(401);
    assertThat(answer.contentType()).isEqualTo("application/problem+json");
    assertThat(answer.body()).contains("\"code\":\"UNAUTHENTICATED\"");
  }

  /** Without a broker the service is alive, but not ready; with it, it is ready again. */
  public void readinessFollowsTheBroker() {
    await().atMost(LIMIT).untilAsserted(() -> assertReady("kafka", true));
    stack.kafka().stop();
    try {
      await().atMost(LIMIT).untilAsserted(() -> assertReady("kafka", false));
      assertStatus(LIVE, 200);
    } finally {
      stack.kafka().start();
    }
    await().atMost(LIMIT).untilAsserted(() -> assertStatus(READY, 200));
    assertStatus(LIVE, 200);
  }

  /** Without the control database the service is alive, but not ready; with it, ready again. */
  public void readinessFollowsTheControlDatabase() {
    await().atMost(LIMIT).untilAsserted(() -> assertReady("control-database", true));
    stack.postgres().stop();
    try {
      await().atMost(LIMIT).untilAsserted(() -> assertReady("control-database", false));
      assertStatus(LIVE, 200);
    } finally {
      stack.postgres().start();
    }
    await().atMost(LIMIT).untilAsserted(() -> assertStatus(READY, 200));
    assertStatus(LIVE, 200);
  }

  /** Readiness reports the control database, its migrations, and Kafka. */
  public void readinessTellsWhatItDependsOn() {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              assertReady("control-database", true);
              assertReady("migrations", true);
              assertReady("kafka", true);
            });
  }

  /**
   * The metrics of alerts and dashboards exist from the start.
   *
   * @param own the name prefix of this service's metrics
   */
  public void metricsOfAlertsAndDashboardsExist(String... own) throws IOException {
    // Sends a request, so that it is counted.
    service.get("/nothing/here");
    Set<String> wanted = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("../deploy/observability"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        METRIC.matcher(Files.readString(file)).results().forEach(hit -> wanted.add(hit.group()));
      }
    }
    List<String> mine =
        wanted.stream()
            .filter(
                name -> !name.startsWith("tenantry_") || Stream.of(own).anyMatch(name::startsWith))
            .toList();
    assertThat(mine).hasSizeGreaterThan(4);
    // Some metrics appear after the first measurement.
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              String metrics = service.get(METRICS).body();
              assertThat(mine)
                  .filteredOn(name -> !has(metrics, name))
                  .as("metrics that do not exist")
                  .isEmpty();
              assertThat(metrics).doesNotContain("tenant_id=");
            });
  }

  private static boolean has(String metrics, String name) {
    return Pattern.compile("(?m)^" + Pattern.quote(name) + "[ {]").matcher(metrics).find();
  }

  private void assertReady(String check, boolean up) {
    ServiceHttp.Answer answer = service.get(READY);
    if (!up) {
      assertThat(answer.status()).as(answer.body()).isEqualTo(503);
    }
    assertThat(answer.body())
        .containsPattern(
            Pattern.compile(
                "\"name\"\\s*:\\s*\"%s\"\\s*,\\s*\"status\"\\s*:\\s*\"%s\""
                    .formatted(Pattern.quote(check), up ? "UP" : "DOWN")));
  }

  private void assertStatus(String path, int status) {
    ServiceHttp.Answer answer = service.get(path);
    assertThat(answer.status()).as("%s answered %s", path, answer.body()).isEqualTo(status);
  }
}
