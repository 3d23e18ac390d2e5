package io.tenantry.localstack.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RoleKeysTest {

  private static final String ADMIN = "the-key-of-the-admin";

  @Test
  void areTheSameAtEachStartAndDifferForEachRoleAndInstallation() {
    Map<String, String> keys = RoleKeys.of(ADMIN);

    assertThat(RoleKeys.of(ADMIN)).isEqualTo(keys);
    assertThat(keys.values()).doesNotHaveDuplicates().doesNotContain(ADMIN);
    assertThat(RoleKeys.of("the-key-of-another-admin").values())
        .doesNotContainAnyElementsOf(keys.values());
  }
}
