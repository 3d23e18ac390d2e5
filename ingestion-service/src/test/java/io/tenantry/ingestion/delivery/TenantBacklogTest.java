package io.tenantry.ingestion.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.runtime.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When delivery to a tenant that is behind is retried. */
@Tag("K2")
class TenantBacklogTest {

  private static final Instant START = Instant.parse("2026-11-21T04:44:07Z");

  private final TenantBacklog behind =
      new TenantBacklog(
          7, true, START, START, Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(10)));

  /** The pauses, in seconds, after attempts that each reach an offset. */
  private List<Long> pauses(long... reached) {
    List<Long> pauses = new ArrayList<>();
    Instant now = START;
    for (long offset : reached) {
      behind.advance(offset);
      behind.postpone(now);
      long pause = 0;
      while (!behind.isDue(now.plusSeconds(pause))) {
        pause++;
      }
      pauses.add(pause);
      now = now.plusSeconds(pause);
    }
    return pauses;
  }

  @Test
  void pausesGrowWhileNothingIsDelivered() {
    assertThat(pauses(7, 7, 7, 7, 7, 7)).containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
  }

  @Test
  void pausesAreShortAgainOnceSomethingIsDelivered() {
    assertThat(pauses(7, 7, 7, 8, 8, 8)).containsExactly(1L, 2L, 4L, 1L, 2L, 4L);
    assertThat(behind.nextOffset()).isEqualTo(8);
  }

  @Test
  void isDueAtOnceAfterTakeover() {
    assertThat(behind.isDue(START)).isTrue();
  }
}
