package io.tenantry.console.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keys cannot be guessed by trying many. */
@Tag("P6")
class FailedLoginsTest {

  private final TestClock clock = new TestClock();
  private final FailedLogins failed = new FailedLogins(3, clock);

  private void fail(String address, int times) {
    for (int i = 0; i < times; i++) {
      failed.add(address);
    }
  }

  @Test
  void delaysAddressAfterTooManyFailuresAndNoOther() {
    fail("192.0.2.1", 2);
    assertThat(failed.delay("192.0.2.1")).isEmpty();

    fail("192.0.2.1", 1);

    assertThat(failed.delay("192.0.2.1")).contains(Duration.ofMinutes(1));
    assertThat(failed.delay("192.0.2.2")).isEmpty();
  }

  @Test
  void permitsAnotherLogInWhenFailuresAreAMinuteOld() {
    fail("192.0.2.1", 3);

    clock.advance(Duration.ofSeconds(59));
    assertThat(failed.delay("192.0.2.1")).isPresent();
    clock.advance(Duration.ofSeconds(1));

    assertThat(failed.delay("192.0.2.1")).isEmpty();
  }

  @Test
  void doesNotCountLogInsThatSucceed() {
    for (int i = 0; i < 10; i++) {
      failed.add("192.0.2.1");
      failed.remove("192.0.2.1");
    }

    assertThat(failed.delay("192.0.2.1")).isEmpty();
  }
}
