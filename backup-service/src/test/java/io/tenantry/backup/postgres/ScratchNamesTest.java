package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("B4")
class ScratchNamesTest {

  private static final UUID ID = UUID.fromString("0f94b625-6209-423b-838c-2b94a9696f24");

  /** PostgreSQL cuts names after 63 bytes, and with the end of an id what makes them unique. */
  @ParameterizedTest
  @EnumSource
  void fitsIntoNameOfDatabaseWithoutQuotes(Purpose purpose) {
    assertThat(purpose.nameFor(ID))
        .hasSizeLessThanOrEqualTo(63)
        .matches("[a-z]+_[0-9a-f_]{36}")
        .endsWith("0f94b625_6209_423b_838c_2b94a9696f24");
  }

  @Test
  void namesOfOneOperationDiffer() {
    assertThat(Stream.of(Purpose.values()).map(purpose -> purpose.nameFor(ID)))
        .doesNotHaveDuplicates();
  }
}
