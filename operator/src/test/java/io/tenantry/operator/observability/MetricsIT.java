package io.tenantry.operator.observability;

import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tenantry.operator.OperatorStack;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.testing.ServiceProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What alerts and dashboards ask for exists. */
@Tag("P3")
@Tag("P8")
class MetricsIT {

  private static final Path SHIPPED = Path.of("../deploy/observability");

  private static final Pattern METRIC = Pattern.compile("\\b([a-z_]+)\\{job=\"operator\"");

  /** It appears when something fails for the first time. */
  private static final String FAILURES = "reconciliations_failure_total";

  private final OperatorStack stack = OperatorStack.withoutOperator();
  private final String namespace = stack.kubernetes().createNamespace("metrics");

  @Test
  void providesMetricsOfAlertsAndDashboardsWithoutThoseOfEachObject() throws IOException {
    Set<String> wanted = wanted();
    assertThat(wanted).hasSizeGreaterThan(5).contains(FAILURES);
    wanted.remove(FAILURES);
    try (ServiceProcess operator =
        stack.startOperator(
            Map.of("OPERATOR_NAMESPACES", namespace, "OPERATOR_LEASE_NAME", namespace))) {
      operator.awaitStatus("/q/health/ready", 200);
      stack
          .client()
          .resource(
              Serialization.unmarshal(
                  """
                  apiVersion: tenantry.io/v1alpha1
                  kind: Tenant
                  metadata: {name: %1$s, namespace: %1$s}
                  spec: {environment: development}
                  """
                      .formatted(namespace),
                  Tenant.class))
          .create();

      await()
          .untilAsserted(
              () -> {
                String metrics = metrics(operator);
                assertThat(wanted).filteredOn(name -> !metrics.contains("\n" + name)).isEmpty();
              });
      assertThat(metrics(operator)).doesNotContain(namespace);
    }
  }

  private static String metrics(ServiceProcess operator) throws IOException {
    try (InputStream content = operator.address().resolve("/q/metrics").toURL().openStream()) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Set<String> wanted() throws IOException {
    Set<String> wanted = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SHIPPED)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // Quotes are escaped in JSON.
        METRIC
            .matcher(Files.readString(file).replace("\\\"", "\""))
            .results()
            .forEach(hit -> wanted.add(hit.group(1)));
      }
    }
    return wanted;
  }
}
