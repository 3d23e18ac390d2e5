package io.tenantry.kernel.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is remembered for a moment, and when it is read again. */
class CachedValueTest {

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
  private final List<String> given = new ArrayList<>();
  private String stored = "a";
  private Runnable meanwhile = () -> {};

  private final CachedValue<String> recent =
      new CachedValue<>(
          "nothing",
          Duration.ofSeconds(1),
          clock,
          former -> {
            given.add(former);
            String found = stored;
            meanwhile.run();
            return found;
          });

  @Test
  void isReadAgainAfterAMoment() {
    assertThat(recent.get()).isEqualTo("a");
    stored = "b";
    now.set(Instant.ofEpochMilli(999));
    assertThat(recent.get()).isEqualTo("a");
    now.set(Instant.ofEpochSecond(1));
    assertThat(recent.get()).isEqualTo("b");
    assertThat(given).containsExactly("nothing", "a");
  }

  @Test
  void isReadAgainAfterItIsForgotten() {
    recent.get();
    stored = "b";
    recent.forget();

    assertThat(recent.get()).isEqualTo("b");
    assertThat(given).containsExactly("nothing", "a");
  }

  @Test
  void whatWasReadBeforeAChangeIsNotRemembered() {
    meanwhile =
        () -> {
          stored = "b";
          meanwhile = () -> {};
          recent.forget();
        };

    assertThat(recent.get()).isEqualTo("a");
    assertThat(recent.get()).isEqualTo("b");
  }
}
