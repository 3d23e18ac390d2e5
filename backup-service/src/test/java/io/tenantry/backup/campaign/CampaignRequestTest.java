package io.tenantry.backup.campaign;

import static io.tenantry.backup.Constraints.violations;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("M2")
class CampaignRequestTest {

  private static CampaignRequest request(
      String blueprint, int canary, int waveSize, int parallelism, double maxFailureRate) {
    return new CampaignRequest(
        blueprint,
        Optional.empty(),
        Optional.of(canary),
        Optional.of(waveSize),
        Optional.of(parallelism),
        Optional.of(1),
        Optional.of(maxFailureRate),
        Optional.empty(),
        Optional.of(1),
        Optional.of(86_400_000),
        Optional.empty());
  }

  @Test
  void acceptsBlueprintAlone() {
    Optional<Integer> none = Optional.empty();
    assertThat(
            violations(
                new CampaignRequest(
                    "car",
                    Optional.empty(),
                    none,
                    none,
                    none,
                    none,
                    Optional.empty(),
                    Optional.empty(),
                    none,
                    none,
                    Optional.empty())))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1, 0", "10000, 10000, 200, 1", "1, 100, 8, 0.05"})
  void acceptsLimits(int canary, int waveSize, int parallelism, double maxFailureRate) {
    assertThat(violations(request("car", canary, waveSize, parallelism, maxFailureRate))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, 0, -0.01", "10001, 10001, 201, 1.01"})
  void refusesWhatIsBeyondLimits(int canary, int waveSize, int parallelism, double rate) {
    assertThat(violations(request("car", canary, waveSize, parallelism, rate)))
        .containsExactly(
            "canary must be 0 to 10000",
            "maxFailureRate must be 0 to 1",
            "parallelism must be 1 to 200",
            "waveSize must be 1 to 10000");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Car", "1car", "a b", "car;", "abcdefghijklmnopqrstuvwxyz0123456"})
  void refusesOtherNamesOfBlueprints(String name) {
    assertThat(violations(request(name, 1, 1, 1, 0))).hasSize(1);
  }

  @Test
  void countsTenantsThatAreDone() {
    Campaign.Counts counts = new Campaign.Counts(1000, 1, 2, 4, 8, 16, 32);

    assertThat(counts.finished()).isEqualTo(60);
    assertThat(counts.total()).isEqualTo(63);
  }
}
