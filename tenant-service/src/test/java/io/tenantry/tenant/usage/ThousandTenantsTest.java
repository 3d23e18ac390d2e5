package io.tenantry.tenant.usage;

import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantApi;
import io.tenantry.testing.LocalStackResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A thousand tenants of one cluster, most of them with a schema and one table. They cost one
 * session each, like tenants with a database of their own, of which there are a few.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("T25")
class ThousandTenantsTest {

  private static final Logger LOG = Logger.getLogger(ThousandTenantsTest.class);

  private static final int TENANTS_WITH_SCHEMA = 990;
  private static final int TENANTS_WITH_DATABASE = 10;
  private static final int TENANTS = TENANTS_WITH_SCHEMA + TENANTS_WITH_DATABASE;
  private static final String BLUEPRINT = "usagelight";
  private static final String CLUSTERS = "/api/v1/clusters";
  private static final String CLUSTER = "thousand";
  private static final String REGION = "eu-thousand-1";

  @Inject Sampling sampling;

  private PostgresServer server;

  @BeforeEach
  void registerCluster() {
    server = LocalStack.shared().startCluster("thousand-cluster");
    Map<String, String> environment = LocalStack.shared().environment();
    asAdmin()
        .body(
            new JsonObject()
                .put("name", CLUSTER)
                .put("region", REGION)
                .put("host", server.host())
                .put("port", server.port())
                .put("admin_user", environment.get("TENANT_CLUSTER_ADMIN_USER"))
                .put("admin_password", environment.get("TENANT_CLUSTER_ADMIN_PASSWORD"))
                .put("capacity", 2 * TENANTS)
                .encode())
        .post(CLUSTERS)
        .then()
        .statusCode(201);
  }

  /** Other tests sample all tenants, and would take long with these. */
  @AfterEach
  void forgetTenants() {
    Postgres.execute(
        Postgres.CONTROL,
        "DELETE FROM control_plane.tenants WHERE tenant_id IN (SELECT tenant_id FROM control_plane.tenant_databases WHERE cluster = '%s')"
            .formatted(CLUSTER));
    asAdmin()
        .queryParam("leave_server", true)
        .delete(CLUSTERS + "/" + CLUSTER)
        .then()
        .statusCode(204);
    server.stop();
  }

  @Test
  void areSampledWithinTheHourWithFourSessions() throws Exception {
    createTenants();
    Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofDays(1));

    List<Integer> measured = sampleMinutes(hour, 0, 60);

    assertThat(measured.stream().mapToInt(Integer::intValue).sum()).isEqualTo(TENANTS);
    // Spread: in each of the first 45 minutes some, in none of them many.
    assertThat(measured.subList(1, 45)).allMatch(tenants -> tenants > 0 && tenants < 60);
    assertThat(measured.subList(46, 60)).allMatch(tenants -> tenants == 0);

    // All are due at once when a sampler starts late in the hour.
    assertThat(sampleMinutes(hour.plus(Duration.ofDays(1)), 50, 51)).containsExactly(TENANTS);
  }

  /** Samples minutes of an hour; returns how many tenants were measured in each. */
  private List<Integer> sampleMinutes(Instant hour, int first, int end) {
    Sampling.Replica replica = sampling.replica();
    List<Integer> measured = new ArrayList<>();
    AtomicInteger sessions = new AtomicInteger();
    Duration time = Duration.ZERO;
    try (Watch watch = new Watch(server, sessions)) {
      for (int minute = first; minute < end; minute++) {
        int before = measured(hour);
        long start = System.nanoTime();
        replica.sample(hour.plus(Duration.ofMinutes(minute)));
        time = time.plusNanos(System.nanoTime() - start);
        measured.add(measured(hour) - before);
      }
      assertThat(watch.looks()).as("the sessions were watched").isGreaterThan(100);
    }
    LOG.infof(
        "usage sampled tenants=%d minutes=%d milliseconds=%d sessions=%d",
        measured(hour), end - first, time.toMillis(), sessions.get());
    assertThat(time).isLessThan(Duration.ofHours(1));
    assertThat(sessions.get()).isBetween(1, Sampler.SESSIONS);
    return measured;
  }

  private static int measured(Instant hour) {
    return Integer.parseInt(
        Postgres.value(
            Postgres.CONTROL,
            """
            SELECT count(storage_bytes)
            FROM control_plane.usage_hourly
            JOIN control_plane.tenant_databases USING (tenant_id)
            WHERE hour = '%s'
              AND cluster = '%s'
            """
                .formatted(hour, CLUSTER)));
  }

  private static void createTenants() throws Exception {
    asAdmin()
        .body(
            Map.of(
                "files",
                Map.of(
                    "blueprint.yaml",
                    "name: %1$s\nisolation: schema\nnaming: %1$s_{tenant_id}\n"
                        .formatted(BLUEPRINT),
                    "migrations/V1__things.sql",
                    "CREATE TABLE things (id int)")))
        .put("/api/v1/blueprints/" + BLUEPRINT)
        .then()
        .statusCode(201);
    create(BLUEPRINT, TENANTS_WITH_SCHEMA);
    create("car", TENANTS_WITH_DATABASE);
  }

  private static void create(String blueprint, int count) throws Exception {
    Semaphore atOnce = new Semaphore(8);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        Callable<Integer> creation =
            () -> {
              atOnce.acquire();
              try {
                return asAdmin()
                    .body(
                        "{\"name\":\"%s\",\"environment\":\"production\",\"blueprint\":\"%s\",\"region\":\"%s\"}"
                            .formatted(newName(), blueprint, REGION))
                    .post(TenantApi.TENANTS)
                    .statusCode();
              } finally {
                atOnce.release();
              }
            };
        answers.add(clients.submit(creation));
      }
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isEqualTo(201);
      }
    }
  }

  /** Counts the sampler's sessions on the server again and again. */
  private static final class Watch implements AutoCloseable {

    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger looks = new AtomicInteger();
    private final Thread thread;

    Watch(PostgresServer server, AtomicInteger most) {
      thread = Thread.ofPlatform().start(() -> watch(server, most));
    }

    private void watch(PostgresServer server, AtomicInteger most) {
      try (Connection connection = server.connect(Postgres.MAINTENANCE);
          Statement statement = connection.createStatement()) {
        while (!ended.get()) {
          try (ResultSet rows =
              statement.executeQuery(
                  "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tenant-service usage'")) {
            rows.next();
            most.accumulateAndGet(rows.getInt(1), Math::max);
            looks.incrementAndGet();
          }
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    int looks() {
      return looks.get();
    }

    @Override
    public void close() {
      ended.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
