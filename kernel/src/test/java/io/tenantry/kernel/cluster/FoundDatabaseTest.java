package io.tenantry.kernel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far a database is. */
class FoundDatabaseTest {

  @ParameterizedTest
  @CsvSource({
    "tenantry_scratch, ,       false, true",
    "tenantry_scratch, ,       true,  false",
    "tenantry_scratch, marked, false, false",
    "tenantry_owner,   ,       false, false",
  })
  void isUnfinishedUntilItIsMarkedOrOpened(
      String owner, String comment, boolean admits, boolean unfinished) {
    assertThat(new FoundDatabase("db", owner, comment, admits, false).isUnfinished())
        .isEqualTo(unfinished);
  }

  @ParameterizedTest
  @CsvSource({"false, true, true", "true, true, false", "false, false, false"})
  void isAGoldenTemplateOnceItIsClosedAndMadeATemplate(
      boolean admits, boolean template, boolean golden) {
    assertThat(new FoundDatabase("db", "tenantry_owner", null, admits, template).isGoldenTemplate())
        .isEqualTo(golden);
  }
}
