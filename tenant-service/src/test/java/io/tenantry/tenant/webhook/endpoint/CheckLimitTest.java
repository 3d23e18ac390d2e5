package io.tenantry.tenant.webhook.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T23")
class CheckLimitTest {

  private final CheckLimit limit = new CheckLimit();
  private final Owner owner = Owner.tenant(UUID.randomUUID());

  @Test
  void runsFourChecksOfOwnerAtOnceAndThoseOfOthersMeanwhile() {
    assertThatThrownBy(() -> runAtOnce(5))
        .isInstanceOfSatisfying(
            TenantryException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED));
    assertThat(runAtOnce(4)).isEqualTo("other");
  }

  /** Checks of the owner, each started by the one before; the last starts one of another owner. */
  private String runAtOnce(int checks) {
    return checks == 0
        ? limit.run(Owner.OPERATOR, () -> "other")
        : limit.run(owner, () -> runAtOnce(checks - 1));
  }
}
