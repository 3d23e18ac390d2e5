package io.tenantry.backup.process;

import static io.tenantry.backup.process.CrashIT.asAdmin;
import static io.tenantry.backup.process.CrashIT.awaitJob;
import static io.tenantry.backup.process.CrashIT.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store that is full. */
class DiskFullIT {

  @Tag("B1")
  @Test
  void backupOnFullDiskReportsItLeavesNothingAndIsMadeOnceThereIsRoom() throws Exception {
    TestTenant tenant = TestTenant.withDatabase();
    // Does not compress: more than what is left, less than all.
    tenant.execute(
        "CREATE TABLE bulk AS SELECT gen_random_uuid() AS id FROM generate_series(1, 100000)");
    try (SmallDisk disk = SmallDisk.mount(8)) {
      Path filler = Files.write(disk.root().resolve("filler"), new byte[7 << 20]);
      try (ServiceProcess service =
          Replica.start(
              Map.of(
                  "TENANT_BACKUP_PATH", disk.root().toString(),
                  "TENANTRY_BACKUP_MAKING_ATTEMPTS", "100",
                  "TENANTRY_BACKUP_MAKING_RETRY_DELAY", "500ms",
                  "TENANTRY_BACKUP_MAKING_MAX_RETRY_DELAY", "500ms"))) {
        String job = submit(service, "/api/v1/tenants/" + tenant.id() + "/backups", "{}");
        await()
            .atMost(Duration.ofMinutes(1))
            .until(
                () ->
                    "STORE_UNAVAILABLE"
                        .equals(
                            asAdmin()
                                .get(service.address() + "/api/v1/jobs/" + job)
                                .path("error.code")));
        assertThat(backups(tenant)).doesNotContain("completed");
        assertThat(files(disk)).noneMatch(file -> file.startsWith(tenant.id().toString()));

        Files.delete(filler);

        JsonPath end = awaitJob(service, job);
        assertThat(end.getString("status")).as(end.prettify()).isEqualTo("completed");
        assertThat(end.getInt("attempts")).isGreaterThan(1);
        assertThat(backups(tenant)).containsExactly("completed");
        assertThat(files(disk))
            .filteredOn(file -> !file.startsWith("tenantry-"))
            .hasSize(1)
            .allMatch(file -> file.startsWith(tenant.id() + "/"));
        String verification =
            submit(
                service, "/api/v1/backups/" + end.getString("result.backup_id") + "/verify", "{}");
        assertThat(awaitJob(service, verification).getString("status")).isEqualTo("completed");
      }
    }
  }

  private static List<String> backups(TestTenant tenant) {
    return ControlDatabase.column(
        "SELECT status FROM backup.backups WHERE tenant_id = ?", tenant.id());
  }

  private static List<String> files(SmallDisk disk) throws IOException {
    try (Stream<Path> files = Files.walk(disk.root())) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> disk.root().relativize(file).toString())
          .toList();
    }
  }
}
