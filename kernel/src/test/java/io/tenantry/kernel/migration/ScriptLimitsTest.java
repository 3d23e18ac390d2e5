package io.tenantry.kernel.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After which statements of a migration the limits of its session are set again. */
class ScriptLimitsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET lock_timeout = 0",
        "ALTER FUNCTION f() SET Statement_Timeout = 0",
        "SELECT set_config(a, b, false) FROM settings",
        "  -- why\n/* more */ select f()",
        "DO $$ BEGIN END $$",
        "WITH a AS (SELECT f()) TABLE a",
        "CALL p()",
        "RESET ALL",
      })
  void mayBeChangedByStatementsThatRunCode(String sql) {
    assertThat(ScriptLimits.mayChangeLimits(sql)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE selected (i int)",
        "INSERT INTO a SELECT 1",
        "-- SELECT\nUPDATE a SET i = 1",
        "SET work_mem = '1MB'",
      })
  void areNotChangedByOthers(String sql) {
    assertThat(ScriptLimits.mayChangeLimits(sql)).isFalse();
  }

  @Test
  void areKeptWhereNoScriptResetsThem() {
    assertThat(new ScriptLimits(Duration.ofSeconds(2), Duration.ofMinutes(1)).settings())
        .containsEntry("lock_timeout", "2000")
        .containsEntry("statement_timeout", "60000")
        .containsEntry("tenantry.lock_timeout", "2000")
        .containsEntry("tenantry.statement_timeout", "60000");
  }
}
