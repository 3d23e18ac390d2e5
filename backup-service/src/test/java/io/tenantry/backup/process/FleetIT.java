package io.tenantry.backup.process;

import static io.tenantry.backup.process.CrashIT.asAdmin;
import static io.tenantry.backup.process.CrashIT.awaitJob;
import static io.tenantry.backup.process.CrashIT.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TestTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two replicas and many tenants at once. */
class FleetIT {

  /** Four rounds of what two replicas run at once. */
  private static final int TENANTS = 24;

  private static List<ServiceProcess> replicas;

  @BeforeAll
  static void start() {
    replicas = Replica.start(2, Map.of("TENANT_BACKUP_MAX_PARALLEL", "3"));
  }

  @AfterAll
  static void stop() {
    replicas.forEach(ServiceProcess::close);
  }

  @Tag("B3")
  @Test
  void twoReplicasBackUpEachTenantOnceBySchedule() {
    List<TestTenant> tenants = Stream.generate(TestTenant::withSchema).limit(TENANTS).toList();
    tenants.forEach(
        tenant ->
            asAdmin()
                .body("{\"cron\": \"0 0 2 * * ?\", \"retention_days\": 30}")
                .put(replicas.getFirst().address() + "/api/v1/schedules/" + tenant.id())
                .then()
                .statusCode(200));
    // Their schedules are due at once; those of other tests' tenants are not.
    ControlDatabase.execute(
        "UPDATE backup.scheduled_tasks SET execution_time = now() WHERE task_name = 'scheduled_backup' AND task_instance = ANY (string_to_array(?, ','))",
        ids(tenants));

    await().atMost(Duration.ofMinutes(5)).until(() -> scheduled(tenants, "completed") == TENANTS);

    assertThat(replicas)
        .allSatisfy(replica -> assertThat(replica.log()).contains("kind=scheduled"));
    assertThat(scheduled(tenants, "%")).isEqualTo(TENANTS);
    assertThat(
            ControlDatabase.column(
                "SELECT 1 FROM backup.backups WHERE kind = 'scheduled' GROUP BY tenant_id HAVING count(*) > 1"))
        .isEmpty();
  }

  private static String ids(List<TestTenant> tenants) {
    return tenants.stream().map(tenant -> tenant.id().toString()).collect(Collectors.joining(","));
  }

  private static int scheduled(List<TestTenant> tenants, String status) {
    return Integer.parseInt(
        ControlDatabase.column(
                """
                SELECT count(*)
                FROM backup.backups
                WHERE kind = 'scheduled'
                  AND status LIKE ?
                  AND tenant_id = ANY (string_to_array(?, ',')::uuid[])
                """,
                status,
                ids(tenants))
            .getFirst());
  }

  @Tag("B4")
  @Test
  void restoreDoesNotDisturbOtherTenants() throws Exception {
    ServiceProcess service = replicas.getFirst();
    TestTenant restored = TestTenant.withSchema();
    TestTenant restoredDatabase = TestTenant.withDatabase();
    List<TestTenant> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      others.add(TestTenant.withDatabase());
      others.add(TestTenant.withSchema());
    }
    for (TestTenant tenant : List.of(restored, restoredDatabase)) {
      awaitJob(service, submit(service, "/api/v1/tenants/" + tenant.id() + "/backups", "{}"));
    }
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong statements = new AtomicLong();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(others.size())) {
      others.forEach(tenant -> clients.execute(() -> work(tenant, over, statements, failures)));
      try {
        await().until(() -> statements.get() > 1000);
        for (TestTenant tenant : List.of(restored, restoredDatabase, restored, restoredDatabase)) {
          assertThat(
                  awaitJob(
                          service,
                          submit(
                              service,
                              "/api/v1/restores",
                              "{\"tenant_id\": \"%s\"}".formatted(tenant.id())))
                      .getString("status"))
              .isEqualTo("completed");
        }
        long done = statements.get();
        await().until(() -> statements.get() > done + 1000);
      } finally {
        over.set(true);
      }
    }
    assertThat(failures).isEmpty();
  }

  private static void work(
      TestTenant tenant, AtomicBoolean over, AtomicLong statements, Queue<String> failures) {
    try (Connection connection = tenant.connect();
        Statement statement = connection.createStatement()) {
      while (!over.get()) {
        statement.execute(
            "INSERT INTO settings VALUES ('n', '1') ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        statement.execute("SELECT * FROM settings");
        statements.addAndGet(2);
      }
    } catch (SQLException e) {
      failures.add(tenant.role() + ": " + e.getMessage());
    }
  }
}
