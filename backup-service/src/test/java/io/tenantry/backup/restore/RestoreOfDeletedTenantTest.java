package io.tenantry.backup.restore;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.submit;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A restore whose tenant is deleted before it starts. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("B4")
class RestoreOfDeletedTenantTest {

  @Inject TenantDirectory directory;

  @Test
  void canBeCancelled() {
    TestTenant tenant = TestTenant.withDatabase();
    String backup = backUp(tenant.id());
    ControlDatabase.execute(
        "INSERT INTO backup.tenant_leases VALUES (?, 'MIGRATION', gen_random_uuid(), now() + interval '1 hour')",
        tenant.id());
    String job =
        submit(
            "/api/v1/restores",
            "{\"tenant_id\":\"%s\",\"backup_id\":\"%s\"}".formatted(tenant.id(), backup));
    tenant.forget();
    directory.forget(tenant.id());

    // Not while an attempt finds that the tenant is busy.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> asAdmin().post("/api/v1/jobs/" + job + "/cancel").statusCode() == 200);

    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                ControlDatabase.column(
                    "SELECT status FROM backup.restores WHERE tenant_id = ?", tenant.id()),
            List.of("failed")::equals);
  }
}
