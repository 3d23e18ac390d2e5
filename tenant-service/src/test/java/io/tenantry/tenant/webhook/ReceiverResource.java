package io.tenantry.tenant.webhook;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tenantry.localstack.Ports;
import java.util.Map;

/** Reserves a port for {@link Receiver} and permits requests to it. */
public final class ReceiverResource implements QuarkusTestResourceLifecycleManager {

  public static final String PORT = "test.webhook-receiver.port";

  @Override
  public Map<String, String> start() {
    int port = Ports.free(1).getFirst();
    return Map.of(PORT, Integer.toString(port), "tenantry.outbound.allowed", "127.0.0.1:" + port);
  }

  @Override
  public void stop() {}
}
