package io.tenantry.kernel.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P2")
class AdminKeysTest {

  private static final String ADMIN = "key-of-the-admin";
  private static final String VIEWER = "key-of-the-viewer";

  private static AdminKeys keys(String admin, String operator, String viewer) {
    return new AdminKeys(
        new AdminConfig() {
          @Override
          public Optional<String> key() {
            return Optional.ofNullable(admin);
          }

          @Override
          public Optional<String> operatorKey() {
            return Optional.ofNullable(operator);
          }

          @Override
          public Optional<String> viewerKey() {
            return Optional.ofNullable(viewer);
          }
        });
  }

  @Test
  void requiresKeyOfAdmin() {
    assertThatThrownBy(() -> keys(null, null, VIEWER))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("TENANTRY_ADMIN_KEY is not set: the admin API needs a key");
  }

  @Test
  void refusesShortKeysWithoutShowingThem() {
    assertThatThrownBy(() -> keys("fifteen-letters", null, null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("TENANTRY_ADMIN_KEY is too short: 15 characters, at least 16 are needed");
    assertThatThrownBy(() -> keys(ADMIN, "short", null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("TENANTRY_OPERATOR_KEY is too short");
  }

  @Test
  void identifiesEachKeyWithItsRoles() {
    AdminKeys keys = keys(ADMIN, null, VIEWER);

    assertThat(keys.identify(ADMIN).orElseThrow().getRoles())
        .containsExactlyInAnyOrder(Roles.ADMIN, Roles.OPERATOR, Roles.VIEWER);
    assertThat(keys.identify(VIEWER).orElseThrow().getRoles()).containsExactly(Roles.VIEWER);
    assertThat(keys.identify("key-of-the-admin2")).isEmpty();
    assertThat(keys.identify("")).isEmpty();
  }
}
