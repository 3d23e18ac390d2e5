package io.tenantry.kernel.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of OpenID tokens become configured roles and nothing else. */
@Tag("P13")
class OpenIdRolesTest {

  private static Set<String> rolesOf(OpenIdRoles roles, String... groups) {
    SecurityIdentity token =
        QuarkusSecurityIdentity.builder()
            .setPrincipal(new QuarkusPrincipal("someone"))
            .addRoles(Set.of(groups))
            .build();
    SecurityIdentity mapped = roles.augment(token, null).await().indefinitely();
    assertThat(mapped.getPrincipal().getName()).isEqualTo("someone");
    return mapped.getRoles();
  }

  private static OpenIdRoles shipped() {
    return new OpenIdRoles(
        new Groups(
            Optional.of(Set.of("admin")),
            Optional.of(Set.of("operator")),
            Optional.of(Set.of("viewer")),
            Optional.of(Set.of("backup_reader"))));
  }

  @Test
  void givesEachGroupItsRoleAndThoseItIncludes() {
    assertThat(rolesOf(shipped(), "admin")).containsOnly("admin", "operator", "viewer");
    assertThat(rolesOf(shipped(), "operator", "staff")).containsOnly("operator", "viewer");
    assertThat(rolesOf(shipped(), "viewer")).containsOnly("viewer");
    assertThat(rolesOf(shipped(), "backup_reader")).containsOnly("backup_reader");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scope:read", "scope:write", "scope:admin", "administrators", "Admin", "**", ""})
  void givesNoRoleToAGroupThatIsNotConfigured(String group) {
    assertThat(rolesOf(shipped(), group)).isEmpty();
  }

  @Test
  void mapsGroupsUnderOtherNamesAndOnlyThose() {
    OpenIdRoles roles =
        new OpenIdRoles(
            new Groups(
                Optional.of(Set.of("platform-team", "on-call")),
                Optional.empty(),
                Optional.of(Set.of("scope:read")),
                Optional.empty()));

    assertThat(rolesOf(roles, "on-call")).containsOnly("admin", "operator", "viewer");
    assertThat(rolesOf(roles, "scope:read")).containsOnly("viewer");
    assertThat(rolesOf(roles, "admin", "operator", "viewer", "backup_reader")).isEmpty();
  }

  private record Groups(
      Optional<Set<String>> adminGroups,
      Optional<Set<String>> operatorGroups,
      Optional<Set<String>> viewerGroups,
      Optional<Set<String>> backupReaderGroups)
      implements OpenIdConfig {}
}
