package io.tenantry.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tenantry.benchmarks.Growth.Point;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a cost grows beside the fleet, and how a benchmark's arguments are read. */
class GrowthTest {

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1, 2})
  void findsExponentAndRatioOfEachTenant(double exponent) {
    Growth growth =
        new Growth(
            List.of(75, 150, 300).stream()
                .map(tenants -> new Point(tenants, 7 * Math.pow(tenants, exponent)))
                .toList());

    assertThat(growth.exponent()).isCloseTo(exponent, within(1e-9));
    assertThat(growth.eachRatio()).isCloseTo(Math.pow(4, exponent - 1), within(1e-9));
  }

  @Test
  void runsAllPartsUnlessSomeAreNamed() {
    assertThat(Scale.Options.of().parts())
        .containsExactlyInAnyOrder("registry", "databases", "senders");
    assertThat(Scale.Options.of("senders", "--databases", "2000"))
        .isEqualTo(new Scale.Options(Set.of("senders"), 100_000, 2000, 1000));
    assertThatThrownBy(() -> Scale.Options.of("--tenants", "5")).hasMessageContaining("--tenants");
  }
}
