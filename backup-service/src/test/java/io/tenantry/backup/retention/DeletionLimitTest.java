package io.tenantry.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much one run may remove. */
class DeletionLimitTest {

  @ParameterizedTest(name = "{1} of {0} may be removed")
  @CsvSource({"0, 20", "10, 20", "79, 20", "100, 25", "4000, 1000", "1000000, 1000"})
  @Tag("F3")
  @Tag("P13")
  void limitIsNumberAndShareWithMinimum(long stored, int limit) {
    assertThat(DeletionLimit.of(stored, 1000, 25, 20)).isEqualTo(limit);
  }
}
