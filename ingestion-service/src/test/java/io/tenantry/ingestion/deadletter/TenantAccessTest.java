package io.tenantry.ingestion.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.auth.TenantPrincipal;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.security.Principal;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P2")
@Tag("P13")
class TenantAccessTest {

  private static final UUID TENANT = UUID.randomUUID();

  private static SecurityIdentity identity(Principal principal, String... roles) {
    QuarkusSecurityIdentity.Builder identity =
        QuarkusSecurityIdentity.builder().setPrincipal(principal);
    for (String role : roles) {
      identity.addRole(role);
    }
    return identity.build();
  }

  private static void assertForbidden(ThrowingCallable call) {
    assertThatThrownBy(call)
        .asInstanceOf(type(TenantryException.class))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN));
  }

  @Test
  void limitsTenantKeyToItsTenant() {
    SecurityIdentity key =
        identity(new TenantPrincipal(TENANT, UUID.randomUUID(), List.of("read")), "scope:read");

    assertThat(TenantAccess.onlyTenant(key)).contains(TENANT);
    assertThatCode(() -> TenantAccess.check(key, TENANT)).doesNotThrowAnyException();
    assertForbidden(() -> TenantAccess.check(key, UUID.randomUUID()));
  }

  @Test
  void limitsTenantKeyAlsoWithRoleOfViewer() {
    SecurityIdentity key =
        identity(new TenantPrincipal(TENANT, UUID.randomUUID(), List.of()), Roles.VIEWER);

    assertForbidden(() -> TenantAccess.check(key, UUID.randomUUID()));
  }

  @Test
  void letsViewersReachAllTenants() {
    SecurityIdentity viewer = identity(new QuarkusPrincipal("viewer"), Roles.VIEWER);

    assertThat(TenantAccess.onlyTenant(viewer)).isEmpty();
    assertThatCode(() -> TenantAccess.check(viewer, TENANT)).doesNotThrowAnyException();
  }

  @Test
  void refusesOthersEvenWithScopes() {
    SecurityIdentity other = identity(new QuarkusPrincipal("someone"), Roles.SCOPE_READ);

    assertForbidden(() -> TenantAccess.onlyTenant(other));
    assertForbidden(() -> TenantAccess.check(other, TENANT));
  }

  @Test
  void showsMessagesToTheirTenantAndToOperatorsOnly() {
    assertThat(
            TenantAccess.canReadMessages(
                identity(
                    new TenantPrincipal(TENANT, UUID.randomUUID(), List.of("read")),
                    Roles.SCOPE_READ)))
        .isTrue();
    assertThat(
            TenantAccess.canReadMessages(
                identity(new QuarkusPrincipal("operator"), Roles.OPERATOR, Roles.VIEWER)))
        .isTrue();
    assertThat(TenantAccess.canReadMessages(identity(new QuarkusPrincipal("viewer"), Roles.VIEWER)))
        .isFalse();
    assertThat(
            TenantAccess.canReadMessages(
                identity(new QuarkusPrincipal("someone"), Roles.SCOPE_READ)))
        .isFalse();
  }
}
