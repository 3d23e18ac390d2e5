package io.tenantry.operator.tenant;

import static io.tenantry.testing.Polling.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.tenantry.operator.OperatorStack;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.testing.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Measures a fleet of tenants applied at once: seconds, calls to the APIs for each tenant, and the
 * calls of six comparisons, which are an hour's with the shipped interval; beside the same number
 * of requests sent directly with the same concurrency. Not run with the tests: {@code
 * benchmarks/operator [TENANTS]}.
 */
class FleetBenchmark {

  private static final int TENANTS = Integer.getInteger("tenants", 1000);
  private static final int CONCURRENCY = Integer.getInteger("concurrency", 16);
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final Duration RESYNC = Duration.ofSeconds(20);

  private final OperatorStack stack = OperatorStack.withoutOperator();
  private final String namespace = stack.kubernetes().createNamespace("fleet");
  private final Tenants tenants = new Tenants(stack, namespace);
  private final SharedIndexInformer<Tenant> objects =
      stack.client().resources(Tenant.class).inNamespace(namespace).inform();

  @Test
  void measure() throws Exception {
    OperatorStack.stopSharedOperator();
    stack.request("PATCH", "/api/v1/clusters/default", "{\"capacity\":1000000}");
    // The first tenants warm up both services.
    direct("warm", 100);
    double direct = seconds(() -> direct("direct", TENANTS));
    try (ServiceProcess operator =
        stack.startOperator(
            Map.of(
                "OPERATOR_NAMESPACES",
                namespace,
                "OPERATOR_LEASE_NAME",
                namespace,
                "OPERATOR_RESYNC",
                RESYNC.toSeconds() + "s",
                "OPERATOR_CONCURRENCY",
                Integer.toString(CONCURRENCY)))) {
      operator.awaitStatus("/q/health/ready", 200);
      apply("warm-", 50);
      awaitReady(50);
      long before = calls(operator);
      double applied =
          seconds(
              () -> {
                apply("t-", TENANTS);
                awaitReady(50 + TENANTS);
              });
      long after = calls(operator);
      // Late events of the creations are read.
      Thread.sleep(Duration.ofSeconds(15));
      long quiet = calls(operator);
      Thread.sleep(RESYNC.multipliedBy(6).plusSeconds(10));
      long idle = calls(operator);
      long secrets =
          stack.client().resources(Secret.class).inNamespace(namespace).list().getItems().size();
      System.out.printf(
          """
          tenants %d, concurrency %d, Secrets %d
          direct requests (create, read the connection)  %.1f s
          applied to ready                               %.1f s, ratio %.2f
          calls for each tenant                          %.2f when ready, %.2f with late events
          calls of six comparisons (an hour's)           %d
          """,
          TENANTS,
          CONCURRENCY,
          secrets,
          direct,
          applied,
          applied / direct,
          (after - before) / (double) TENANTS,
          (quiet - before) / (double) TENANTS,
          idle - quiet);
    }
  }

  private void direct(String prefix, int count) {
    inParallel(
        count,
        i -> {
          String id =
              stack
                  .request(
                      "POST",
                      "/api/v1/tenants",
                      "{\"name\":\"%s-%s-%d\",\"environment\":\"development\",\"blueprint\":\"car\"}"
                          .formatted(namespace, prefix, i))
                  .get("tenant_id")
                  .asText();
          return stack.request("GET", "/api/v1/tenants/" + id + "/connection-string", "");
        });
  }

  private void apply(String prefix, int count) {
    inParallel(count, i -> tenants.apply(prefix + i, ""));
  }

  private void inParallel(int count, IntFunction<Object> work) {
    try (ExecutorService workers = Executors.newFixedThreadPool(CONCURRENCY)) {
      List<Callable<Object>> tasks =
          IntStream.range(0, count).<Callable<Object>>mapToObj(i -> () -> work.apply(i)).toList();
      for (var result : workers.invokeAll(tasks)) {
        result.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits by a watch, since lists of many objects keep the API server busy. */
  private void awaitReady(long count) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> objects.getStore().list().stream().filter(Tenants.isReady()).count() == count);
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  /** The requests that an operator sent to the services so far. */
  private static long calls(ServiceProcess operator) throws IOException, InterruptedException {
    String metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(operator.address().resolve("/q/metrics")).build(),
                BodyHandlers.ofString())
            .body();
    return metrics
        .lines()
        .filter(line -> line.startsWith("http_client_requests_seconds_count{"))
        .filter(line -> line.contains("/api/v1/"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
