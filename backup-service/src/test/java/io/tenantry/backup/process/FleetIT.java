package io.tenantry.backup.process;

import static io.tenantry.backup.process.CrashIT.asAdmin;
import static io.tenantry.backup.process.CrashIT.awaitJob;
import static io.tenantry.backup.process.CrashIT.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many tenants at once, and two replicas. */
class FleetIT {

  /** Ten rounds of what two replicas have running at once. */
  private static final int TENANTS = 60;

  @Test
  void b3TwoReplicasBackUpSixtyTenantsByScheduleEachOnce() {
    List<TestTenant> tenants =
        IntStream.range(0, TENANTS).mapToObj(i -> TestTenant.withSchema()).toList();
    try (ServiceProcess one = Replica.start(Map.of("TENANT_BACKUP_MAX_PARALLEL", "3"));
        ServiceProcess other = Replica.start(Map.of("TENANT_BACKUP_MAX_PARALLEL", "3"))) {
      tenants.forEach(
          tenant ->
              asAdmin()
                  .body("{\"cron\": \"0 0 2 * * ?\", \"retention_days\": 30}")
                  .put(one.address() + "/api/v1/schedules/" + tenant.id())
                  .then()
                  .statusCode(200));
      // It is two o'clock for them; tenants of other tests have schedules, too.
      ControlDatabase.execute(
          "UPDATE backup.scheduled_tasks SET execution_time = now() WHERE task_name = 'scheduled_backup' AND task_instance = ANY (string_to_array(?, ','))",
          ids(tenants));

      await().atMost(Duration.ofMinutes(5)).until(() -> scheduled(tenants, "completed") == TENANTS);
      assertThat(other.log()).contains("kind=scheduled");
      assertThat(one.log()).contains("kind=scheduled");
    }
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

  @Test
  void b4OtherTenantsNoticeNothingOfARestore() throws Exception {
    TestTenant restored = TestTenant.withSchema();
    TestTenant restoredDatabase = TestTenant.withDatabase();
    List<TestTenant> others = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      others.add(TestTenant.withDatabase());
      others.add(TestTenant.withSchema());
    }
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong statements = new AtomicLong();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    try (ServiceProcess service = Replica.start(Map.of());
        ExecutorService clients = Executors.newFixedThreadPool(others.size())) {
      for (TestTenant tenant : List.of(restored, restoredDatabase)) {
        awaitJob(service, submit(service, "/api/v1/tenants/" + tenant.id() + "/backups", "{}"));
      }
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
