package io.tenantry.kernel.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.security.identity.SecurityIdentity;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which keys of the admin API are accepted, and which roles each one gives. */
@Tag("P2")
class AdminKeysTest {

  private static final String ADMIN = "the-key-of-the-admin";
  private static final String OPERATOR = "the-key-of-an-operator";
  private static final String VIEWER = "the-key-of-a-viewer";

  private record Config(
      Optional<String> key, Optional<String> operatorKey, Optional<String> viewerKey)
      implements AdminConfig {}

  private static AdminKeys keys(String admin, String operator, String viewer) {
    return new AdminKeys(
        new Config(
            Optional.ofNullable(admin),
            Optional.ofNullable(operator),
            Optional.ofNullable(viewer)));
  }

  private static Set<String> rolesOf(AdminKeys keys, String key) {
    return keys.identify(key).map(SecurityIdentity::getRoles).orElse(Set.of());
  }

  @Test
  void givesEachKeyItsRoleAndTheRolesItIncludes() {
    AdminKeys keys = keys(ADMIN, OPERATOR, VIEWER);

    assertThat(rolesOf(keys, ADMIN))
        .containsExactlyInAnyOrder(Roles.ADMIN, Roles.OPERATOR, Roles.VIEWER);
    assertThat(rolesOf(keys, OPERATOR)).containsExactlyInAnyOrder(Roles.OPERATOR, Roles.VIEWER);
    assertThat(rolesOf(keys, VIEWER)).containsExactly(Roles.VIEWER);
  }

  @Test
  void identifiesNoCallerByAnotherKey() {
    AdminKeys keys = keys(ADMIN, null, null);

    assertThat(keys.identify("")).isEmpty();
    assertThat(keys.identify(ADMIN + " ")).isEmpty();
    assertThat(keys.identify(ADMIN.toUpperCase(java.util.Locale.ROOT))).isEmpty();
    assertThat(keys.identify(OPERATOR)).isEmpty();
  }

  @Test
  void requiresTheAdminsKey() {
    assertThatThrownBy(() -> keys(null, OPERATOR, VIEWER))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("TENANTRY_ADMIN_KEY is not set");
  }

  @Test
  void refusesAShortKeyWithoutQuotingIt() {
    assertThatThrownBy(() -> keys(ADMIN, "guess-me-please", null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("TENANTRY_OPERATOR_KEY is too short: 15 characters")
        .hasMessageNotContaining("guess-me");
  }
}
