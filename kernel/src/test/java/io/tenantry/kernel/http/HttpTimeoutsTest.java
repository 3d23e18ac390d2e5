package io.tenantry.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a body may take. */
@Tag("F15")
@Tag("P13")
class HttpTimeoutsTest {

  private static final HttpTimeouts TIMEOUTS =
      new HttpTimeouts() {
        @Override
        public Duration idleTimeout() {
          return Duration.ofSeconds(75);
        }

        @Override
        public Duration bodyTimeout() {
          return Duration.ofSeconds(10);
        }

        @Override
        public MemorySize bodyRate() {
          return new MemorySize(BigInteger.valueOf(1024));
        }

        @Override
        public Duration responseTimeout() {
          return Duration.ofMinutes(30);
        }
      };

  @ParameterizedTest
  @CsvSource({"0, PT10S", "512, PT10.5S", "8388608, PT2H16M42S"})
  void givesABodyMoreTimeForEachByteThatHasCome(long bytes, Duration allowed) {
    assertThat(TIMEOUTS.allowed(bytes)).isEqualTo(allowed);
  }
}
