package io.tenantry.backup.process;

import static io.tenantry.backup.process.CrashIT.asAdmin;
import static io.tenantry.backup.process.CrashIT.awaitJob;
import static io.tenantry.backup.process.CrashIT.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import io.tenantry.backup.store.S3Server;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TestTenant;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A bucket as the primary store. */
class S3IT {

  @Tag("B1")
  @Test
  void backupReportsUnavailableS3AndIsMadeOnceItIsBack() {
    S3Server server = S3Server.shared();
    TestTenant tenant = TestTenant.withDatabase();
    // Random, so that it does not compress to less than two parts of a multipart upload.
    tenant.execute(
        "CREATE TABLE bulk AS SELECT i, gen_random_uuid()::text || gen_random_uuid() || gen_random_uuid() AS filler FROM generate_series(1, 200000) i");
    try (ServiceProcess service =
        Replica.start(
            Map.of(
                "TENANT_BACKUP_PATH", "",
                "BACKUP_S3_BUCKET", S3Server.BUCKET,
                "BACKUP_S3_PREFIX", "first/",
                "BACKUP_S3_ENDPOINT", server.endpoint().toString(),
                "BACKUP_S3_PATH_STYLE", "true",
                "BACKUP_S3_ACCESS_KEY", S3Server.KEY,
                "BACKUP_S3_SECRET_KEY", S3Server.SECRET,
                "TENANTRY_BACKUP_MAKING_ATTEMPTS", "100",
                "TENANTRY_BACKUP_MAKING_RETRY_DELAY", "500ms",
                "TENANTRY_BACKUP_MAKING_MAX_RETRY_DELAY", "500ms"))) {
      String job = submit(service, "/api/v1/tenants/" + tenant.id() + "/backups", "{}");
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(10))
          .until(
              () ->
                  ControlDatabase.column(
                          "SELECT steps FROM backup.jobs WHERE job_id = ?::uuid", job)
                      .getFirst()
                      .contains("\"dump\""));
      server.stop();
      try {
        await()
            .atMost(Duration.ofMinutes(1))
            .until(
                () ->
                    "STORE_UNAVAILABLE"
                        .equals(
                            asAdmin()
                                .get(service.address() + "/api/v1/jobs/" + job)
                                .path("error.code")));
        assertThat(
                ControlDatabase.column(
                    "SELECT 1 FROM backup.backups WHERE tenant_id = ? AND status = 'completed'",
                    tenant.id()))
            .isEmpty();
      } finally {
        server.start();
      }

      JsonPath end = awaitJob(service, job);

      assertThat(end.getString("status")).isEqualTo("completed");
      tenant.execute("TRUNCATE bulk");
      awaitJob(
          service,
          submit(service, "/api/v1/restores", "{\"tenant_id\": \"%s\"}".formatted(tenant.id())));
      assertThat(tenant.column("SELECT count(*) FROM bulk")).containsExactly("200000");
    }
  }
}
