package io.tenantry.tenant.lifecycle;

import static io.tenantry.kernel.tenant.TenantStatus.ACTIVE;
import static io.tenantry.kernel.tenant.TenantStatus.DELETED;
import static io.tenantry.kernel.tenant.TenantStatus.DELETING;
import static io.tenantry.kernel.tenant.TenantStatus.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.lifecycle.Lifecycle.Progress;
import io.tenantry.tenant.provisioning.TenantDatabase;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is answered to a change that cannot begin, and what a change means for the roles. */
class RepeatedChangeTest {

  private static final UUID TENANT = UUID.randomUUID();

  @Test
  void answersARepeatedChangeLikeTheFirst() {
    assertThat(Lifecycle.repeated(TENANT, SUSPENDED, SUSPENDED)).isEqualTo(Progress.DONE);
    assertThat(Lifecycle.repeated(TENANT, ACTIVE, ACTIVE)).isEqualTo(Progress.DONE);
    assertThat(Lifecycle.repeated(TENANT, DELETING, DELETING)).isEqualTo(Progress.PENDING);
    assertThat(Lifecycle.repeated(TENANT, DELETED, DELETING)).isEqualTo(Progress.DONE);
  }

  @Test
  void knowsNoDeletedTenantToSuspendOrResume() {
    assertRefused(DELETED, SUSPENDED, ErrorCode.TENANT_NOT_FOUND);
    assertRefused(DELETED, ACTIVE, ErrorCode.TENANT_NOT_FOUND);
  }

  @ParameterizedTest
  @EnumSource(names = {"REGISTERED", "PROVISIONING", "ROLLING_BACK", "ACTIVE", "SUSPENDED"})
  void isBusyInEveryOtherStatus(TenantStatus status) {
    assertRefused(status, DELETING, ErrorCode.TENANT_BUSY);
  }

  @Test
  void keepsOutTheRoleThatTheTenantDoesNotLogInWith() {
    TenantDatabase target = new TenantDatabase(TENANT, "main", "car_1", Optional.empty(), "car_1");

    assertThat(new StatusChange(ACTIVE, target, Set.of("car_1")).blockedRoles())
        .containsExactly("car_1_b");
    assertThat(new StatusChange(ACTIVE, target, Set.of("car_1_b")).blockedRoles())
        .containsExactly("car_1");
    assertThat(new StatusChange(ACTIVE, target, Set.of("car_1", "car_1_b")).blockedRoles())
        .isEmpty();
  }

  private static void assertRefused(TenantStatus status, TenantStatus wanted, ErrorCode code) {
    assertThatExceptionOfType(TenantryException.class)
        .isThrownBy(() -> Lifecycle.repeated(TENANT, status, wanted))
        .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
