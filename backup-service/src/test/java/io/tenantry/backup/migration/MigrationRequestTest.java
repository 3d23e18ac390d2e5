package io.tenantry.backup.migration;

import static io.tenantry.backup.Constraints.violations;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("M5")
class MigrationRequestTest {

  private static MigrationRequest request(String version, int lockTimeout, int statementTimeout) {
    return new MigrationRequest(
        Optional.empty(),
        Optional.of(version),
        Optional.empty(),
        Optional.empty(),
        Optional.of(lockTimeout),
        Optional.of(statementTimeout));
  }

  @ParameterizedTest
  @CsvSource({"1, 86400000", "86400000, 1"})
  void acceptsLimitsOfTimeouts(int lockTimeout, int statementTimeout) {
    assertThat(violations(request("0123456789ab", lockTimeout, statementTimeout))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 86400001", "-1, 0"})
  void refusesTimeoutsBeyondLimits(int lockTimeout, int statementTimeout) {
    assertThat(violations(request("0123456789ab", lockTimeout, statementTimeout)))
        .containsExactly(
            "lockTimeoutMs must be 1 to 86400000", "statementTimeoutMs must be 1 to 86400000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "newest", "0123456789a", "0123456789abc", "0123456789AB", "0123456789ab "})
  void refusesWhatIsNoVersion(String version) {
    assertThat(violations(request(version, 1, 1)))
        .containsExactly("targetVersion must be 12 hex digits");
  }
}
