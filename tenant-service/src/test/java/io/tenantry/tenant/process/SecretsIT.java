package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.tenant.event.TenantEvents;
import io.tenantry.testing.ServiceProcess;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No secret is anywhere but where it belongs. */
class SecretsIT {

  @Test
  @Tag("P2")
  void keepsSecretsOutOfLogsEventsErrorsAndProcessLists() throws Exception {
    Map<String, String> environment = LocalStack.shared().environment();
    List<String> secrets =
        new ArrayList<>(
            List.of(
                environment.get("TENANTRY_ADMIN_KEY"),
                environment.get("ENCRYPTION_KEY"),
                environment.get("CONTROL_DATABASE_PASSWORD"),
                environment.get("TENANT_CLUSTER_ADMIN_PASSWORD")));
    StringBuilder seen = new StringBuilder();
    try (ServiceProcess service =
        ServiceProcess.start(Map.of("QUARKUS_LOG_CATEGORY__IO_TENANTRY__LEVEL", "DEBUG"))) {
      String name = newName();
      var created =
          asAdmin(service)
              .body(
                  """
                  {"name": "%s", "environment": "production", "api_keys": {"count": 2}}
                  """
                      .formatted(name))
              .post(TENANTS)
              .then()
              .statusCode(201)
              .extract();
      secrets.addAll(created.path("api_keys.key"));
      UUID tenant = UUID.fromString(created.path("tenant_id"));
      String connection = TenantConnections.of(tenant, environment.get("ENCRYPTION_KEY"));
      secrets.add(URI.create(connection).getUserInfo().split(":", 2)[1]);

      seen.append(asAdmin(service).get(TENANTS + "/" + tenant).asString());
      seen.append(asAdmin(service).body(body(name)).post(TENANTS).asString());
      seen.append(failedProvisioning(service));
      TenantEvents.awaitNamed(name);
      TenantEvents.all().forEach(seen::append);
      seen.append(processArguments());
      asAdmin(service)
          .delete(TENANTS + "/" + tenant + "?final_backup=false")
          .then()
          .statusCode(204);
      seen.append(service.log());
    }
    seen.append(
        Files.readString(LocalStack.shared().postgres().log(), StandardCharsets.ISO_8859_1));

    assertThat(seen.toString()).contains("CREATE ROLE").doesNotContain(secrets);
  }

  private static String failedProvisioning(ServiceProcess service) {
    String forbid =
        "ALTER TABLE control_plane.tenants ADD CONSTRAINT fault CHECK (status <> 'active') NOT VALID";
    Postgres.execute(Postgres.CONTROL, forbid);
    try {
      return asAdmin(service).body(body(newName())).post(TENANTS).asString();
    } finally {
      Postgres.execute(Postgres.CONTROL, "ALTER TABLE control_plane.tenants DROP CONSTRAINT fault");
    }
  }

  private static String processArguments() {
    return String.join(
        "\n",
        ProcessHandle.allProcesses()
            .map(process -> process.info().commandLine().orElse(""))
            .toList());
  }
}
