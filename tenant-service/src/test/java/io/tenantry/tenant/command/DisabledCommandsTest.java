package io.tenantry.tenant.command;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.tenantry.testing.LocalStackResource;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands by Kafka where the operator has switched them off. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(DisabledCommandsTest.Disabled.class)
@Tag("F18")
@Tag("P13")
class DisabledCommandsTest {

  public static final class Disabled implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("COMMANDS_ENABLED", "false");
    }
  }

  @Test
  void makesEachCommandADeadLetterAndCarriesNoneOut() {
    UUID tenant = createTenant(newName());
    String name = newName();
    String deletion = "{\"tenant_id\":\"%s\"}".formatted(tenant);

    Commands.send(UUID.randomUUID().toString(), ProvisioningCommands.DEPROVISION_TENANT, deletion);
    Commands.send(UUID.randomUUID().toString(), ProvisioningCommands.PROVISION_TENANT, body(name));

    for (String command : new String[] {deletion, body(name)}) {
      assertThat(ProvisioningCommandsTest.awaitDeadLetter(command.getBytes(StandardCharsets.UTF_8)))
          .contains("switched off", "COMMANDS_ENABLED");
    }
    asAdmin().get(TENANTS + "/" + tenant).then().body("status", equalTo("active"));
    asAdmin().get(TENANTS + "?name_prefix=" + name).then().body("items", hasSize(0));
  }
}
