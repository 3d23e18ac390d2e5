package io.tenantry.ingestion.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.tenantry.ingestion.event.Event;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("I6")
class RepetitionWindowTest {

  private static final UUID TENANT = UUID.randomUUID();

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T04:44:07Z"));
  private final RepetitionWindow window =
      new RepetitionWindow(
          new SmallRyeConfigBuilder()
              .addDiscoveredConverters()
              .withMapping(CaptureConfig.class)
              .withDefaultValues(
                  Map.of(
                      "tenantry.capture.repetition-window", "10m",
                      "tenantry.capture.repetition-window-events", "3"))
              .build()
              .getConfigMapping(CaptureConfig.class),
          clock());

  private Clock clock() {
    InstantSource source = now::get;
    return source.withZone(ZoneOffset.UTC);
  }

  private static RepetitionWindow.Key key(UUID tenant, String source, String id) {
    return RepetitionWindow.Key.of(
        new Event(
            tenant,
            source,
            id,
            "t",
            Optional.empty(),
            Optional.empty(),
            Event.JSON,
            Map.of(),
            new byte[0]));
  }

  private static RepetitionWindow.Key key(String id) {
    return key(TENANT, "s", id);
  }

  /** Whether an event is known; one that is not is accepted. */
  private boolean isRepeated(String id) {
    return window.register(key(id), CompletableFuture.completedFuture(null)).isPresent();
  }

  @Test
  void namesEventsByTenantSourceAndId() {
    assertThat(key(TENANT, "s", "1")).isEqualTo(key(TENANT, "s", "1"));
    assertThat(key(TENANT, "s", "1"))
        .isNotEqualTo(key(UUID.randomUUID(), "s", "1"))
        .isNotEqualTo(key(TENANT, "t", "1"))
        .isNotEqualTo(key(TENANT, "s", "2"))
        // Source and id are not just concatenated.
        .isNotEqualTo(key(TENANT, "", "s1"))
        .isNotEqualTo(key(TENANT, "s1", ""));
  }

  @Test
  void returnsAcceptanceInFlight() {
    CompletableFuture<Void> first = new CompletableFuture<>();

    assertThat(window.register(key("1"), first)).isEmpty();
    assertThat(window.register(key("1"), new CompletableFuture<>())).containsSame(first);
    first.complete(null);
    assertThat(window.register(key("1"), new CompletableFuture<>()))
        .hasValueSatisfying(accepted -> assertThat(accepted).isCompletedWithValue(null));
  }

  @Test
  void forgetsEventThatWasNotAccepted() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    assertThat(window.register(key("1"), first)).isEmpty();

    first.completeExceptionally(new IllegalStateException("no broker"));

    assertThat(isRepeated("1")).isFalse();
    assertThat(isRepeated("1")).isTrue();
  }

  @Test
  void remembersForAtLeastTheWindow() {
    assertThat(isRepeated("1")).isFalse();

    now.updateAndGet(time -> time.plus(Duration.ofMinutes(10)));
    assertThat(isRepeated("1")).isTrue();
    now.updateAndGet(time -> time.plusSeconds(1));
    assertThat(isRepeated("1")).isTrue();
    now.updateAndGet(time -> time.plus(Duration.ofMinutes(11)));
    assertThat(isRepeated("1")).isFalse();
  }

  @Test
  void remembersAtLeastTheConfiguredCount() {
    for (String id : new String[] {"1", "2", "3", "4", "5"}) {
      assertThat(isRepeated(id)).isFalse();
    }
    assertThat(isRepeated("1")).isTrue();
    assertThat(isRepeated("6")).isFalse();

    assertThat(isRepeated("7")).isFalse();

    assertThat(isRepeated("4")).isTrue();
    assertThat(isRepeated("1")).isFalse();
  }

  @Test
  void forgetsEverythingWhenCleared() {
    assertThat(isRepeated("1")).isFalse();

    window.clear();

    assertThat(isRepeated("1")).isFalse();
  }
}
