package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static org.awaitility.Awaitility.await;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.tenant.TenantApi;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TcpRelay;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that stops responding, as one without power does: it closes no connection. */
class UnresponsiveDatabaseIT {

  @Test
  @Tag("P3")
  void reconnectsWhenControlDatabaseStopsResponding() throws IOException {
    PostgresServer server = LocalStack.shared().postgres();
    try (TcpRelay way = new TcpRelay(server.host(), server.port());
        ServiceProcess service =
            ServiceProcess.start(
                Map.of(
                    "CONTROL_DATABASE_HOST", "127.0.0.1",
                    "CONTROL_DATABASE_PORT", Integer.toString(way.port()),
                    // With more, another connection could be used.
                    "CONTROL_DATABASE_POOL_SIZE", "1",
                    "TENANTRY_CONTROL_DATABASE_TIMEOUT", "2s"))) {
      way.fallSilent();

      await().untilAsserted(() -> TenantApi.asAdmin(service).get(TENANTS).then().statusCode(200));
      service.awaitStatus("/q/health/ready", 200);
    }
  }
}
