package io.tenantry.localstack.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.localstack.LocalStackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {

  @Test
  void areTheUsualOnesUnlessSet() {
    Ports ports = Ports.from(Map.of("TENANTRY_BACKUP_PORT", "9083", "TENANTRY_KAFKA_PORT", ""));

    assertThat(ports.postgres().port()).isEqualTo(15432);
    assertThat(ports.kafka().port()).isEqualTo(19092);
    assertThat(ports.of(ServiceName.TENANT).port()).isEqualTo(8081);
    assertThat(ports.of(ServiceName.INGESTION).port()).isEqualTo(8082);
    assertThat(ports.of(ServiceName.BACKUP).port()).isEqualTo(9083);
    assertThat(ports.of(ServiceName.OPERATOR).port()).isEqualTo(8084);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "-1", "http", "8081 "})
  void whatIsNoPortIsRefusedWithItsOption(String value) {
    assertThatThrownBy(() -> Ports.from(Map.of("TENANTRY_TENANT_PORT", value)))
        .isInstanceOf(LocalStackException.class)
        .hasMessageContaining("'" + value + "'")
        .hasMessageContaining("--tenant-port or TENANTRY_TENANT_PORT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"postgres", "kafka", "tenant", "ingestion", "backup", "console", "operator"})
  @Tag("P9")
  void namesUsedPortWithItsOption(String server) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Map<String, String> environment = freePorts();
      String variable = "TENANTRY_" + server.toUpperCase(Locale.ROOT) + "_PORT";
      environment.put(variable, Integer.toString(taken.getLocalPort()));
      Ports ports = Ports.from(environment);

      assertThatThrownBy(() -> ports.requireFree(List.of(ServiceName.values())))
          .isInstanceOf(LocalStackException.class)
          .hasMessageContaining("port " + taken.getLocalPort())
          .hasMessageContaining("--" + server + "-port");
    }
  }

  private static Map<String, String> freePorts() throws IOException {
    Map<String, String> environment = new HashMap<>();
    for (String server :
        new String[] {
          "POSTGRES", "KAFKA", "TENANT", "INGESTION", "BACKUP", "CONSOLE", "OPERATOR"
        }) {
      try (ServerSocket free = new ServerSocket(0)) {
        environment.put("TENANTRY_" + server + "_PORT", Integer.toString(free.getLocalPort()));
      }
    }
    return environment;
  }
}
