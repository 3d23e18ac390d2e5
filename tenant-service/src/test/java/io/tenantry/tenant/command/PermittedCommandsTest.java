package io.tenantry.tenant.command;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.tenantry.testing.LocalStackResource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands by Kafka where the operator permits those that lose data. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(PermittedCommandsTest.Permitted.class)
class PermittedCommandsTest {

  public static final class Permitted implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("COMMANDS_ALLOW_DELETION_WITHOUT_BACKUP", "true");
    }
  }

  @Test
  @Tag("T14")
  void deletesATenantWithoutAFinalBackup() {
    UUID tenant = createTenant(newName());
    UUID command = UUID.randomUUID();

    Commands.send(
        command.toString(),
        ProvisioningCommands.DEPROVISION_TENANT,
        "{\"tenant_id\":\"%s\",\"final_backup\":false}".formatted(tenant));

    assertThat(ProvisioningCommandsTest.awaitJob(command).getString("status"))
        .isEqualTo("completed");
    asAdmin().get(TENANTS + "/" + tenant).then().statusCode(404);
  }
}
