package io.tenantry.kernel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.cluster.Mark.Purpose;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Only what bears the expected mark may be dropped, renamed or handed out. */
@Tag("P13")
class ExpectedTest {

  private static final UUID INSTALLATION = UUID.randomUUID();
  private static final UUID TENANT = UUID.randomUUID();
  private static final UUID OPERATION = UUID.randomUUID();

  private static Mark mark(Purpose purpose, UUID tenant, UUID operation) {
    return new Mark(
        INSTALLATION, purpose, Optional.ofNullable(tenant), Optional.ofNullable(operation));
  }

  @Test
  void permitsWhatIsOfTheTenantAndOfOneOfThePurposes() {
    Expected expected = Expected.of(TENANT, Purpose.POOL, Purpose.PROVISIONING);

    assertThat(expected.permits(mark(Purpose.POOL, TENANT, null), INSTALLATION)).isTrue();
    assertThat(expected.permits(mark(Purpose.PROVISIONING, TENANT, OPERATION), INSTALLATION))
        .isTrue();
    assertThat(expected.permits(mark(Purpose.TENANT, TENANT, null), INSTALLATION)).isFalse();
    assertThat(expected.permits(mark(Purpose.POOL, UUID.randomUUID(), null), INSTALLATION))
        .isFalse();
    assertThat(expected.permits(mark(Purpose.POOL, null, null), INSTALLATION)).isFalse();
  }

  @Test
  void neverPermitsWhatIsOfAnotherInstallation() {
    assertThat(
            Expected.of(TENANT, Purpose.POOL)
                .permits(mark(Purpose.POOL, TENANT, null), UUID.randomUUID()))
        .isFalse();
  }

  @Test
  void permitsWhatHasNoTenantOnlyIfItHasNone() {
    Expected expected = Expected.withoutTenant(Purpose.TEMPLATE);

    assertThat(expected.permits(mark(Purpose.TEMPLATE, null, null), INSTALLATION)).isTrue();
    assertThat(expected.permits(mark(Purpose.TEMPLATE, TENANT, null), INSTALLATION)).isFalse();
    assertThat(expected.permits(mark(Purpose.SHARED, null, null), INSTALLATION)).isFalse();
  }

  @Test
  void permitsWhatTheOperationMadeOfAnyTenant() {
    Expected expected = Expected.createdBy(OPERATION, Purpose.RESTORE);

    assertThat(expected.permits(mark(Purpose.RESTORE, TENANT, OPERATION), INSTALLATION)).isTrue();
    assertThat(expected.permits(mark(Purpose.RESTORE, null, OPERATION), INSTALLATION)).isTrue();
    assertThat(expected.permits(mark(Purpose.RESTORE, TENANT, UUID.randomUUID()), INSTALLATION))
        .isFalse();
    assertThat(expected.permits(mark(Purpose.RESTORE, TENANT, null), INSTALLATION)).isFalse();
    assertThat(expected.permits(mark(Purpose.DRILL, TENANT, OPERATION), INSTALLATION)).isFalse();
  }
}
