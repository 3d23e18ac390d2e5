package io.tenantry.kernel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.cluster.Mark.Purpose;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("P13")
class MarkTest {

  private static final UUID INSTALLATION = UUID.randomUUID();
  private static final UUID TENANT = UUID.randomUUID();
  private static final UUID OPERATION = UUID.randomUUID();

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void isReadAsItWasWritten(Purpose purpose) {
    Mark bare = new Mark(INSTALLATION, purpose, Optional.empty(), Optional.empty());
    Mark full = new Mark(INSTALLATION, purpose, Optional.of(TENANT), Optional.of(OPERATION));

    assertThat(Mark.parse(bare.toString())).contains(bare);
    assertThat(Mark.parse(full.toString())).contains(full);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a comment of the operator's",
        "tenantry",
        "tenantry tenant",
        "tenantry unknown installation=00000000-0000-0000-0000-000000000000",
        "tenantry tenant installation=00000000-0000-0000-0000-00000000000",
        "xtenantry tenant installation=00000000-0000-0000-0000-000000000000",
        "tenantry tenant installation=00000000-0000-0000-0000-000000000000 and more"
      })
  void recognizesOnlyMarks(String comment) {
    assertThat(Mark.parse(comment)).isEmpty();
    assertThat(Mark.parse(null)).isEmpty();
  }

  @Test
  void isNotExpectedOfAnotherInstallationTenantPurposeOrOperation() {
    Mark mark =
        new Mark(INSTALLATION, Purpose.RESTORE, Optional.of(TENANT), Optional.of(OPERATION));
    UUID other = UUID.randomUUID();

    assertThat(Expected.createdBy(OPERATION, Purpose.RESTORE).permits(mark, INSTALLATION)).isTrue();
    assertThat(Expected.of(TENANT, Purpose.RESTORE).permits(mark, INSTALLATION)).isTrue();
    assertThat(Expected.createdBy(OPERATION, Purpose.RESTORE).permits(mark, other)).isFalse();
    assertThat(Expected.createdBy(other, Purpose.RESTORE).permits(mark, INSTALLATION)).isFalse();
    assertThat(Expected.of(other, Purpose.RESTORE).permits(mark, INSTALLATION)).isFalse();
    assertThat(Expected.of(TENANT, Purpose.TENANT).permits(mark, INSTALLATION)).isFalse();
    assertThat(Expected.withoutTenant(Purpose.RESTORE).permits(mark, INSTALLATION))
        .as("what has a tenant is not expected where none is named")
        .isFalse();
  }
}
