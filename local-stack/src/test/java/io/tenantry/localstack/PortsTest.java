package io.tenantry.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void givesNoPortTwice() {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      ports.addAll(Ports.free(2));
    }

    assertThat(ports).doesNotHaveDuplicates();
  }
}
