package io.tenantry.tenant.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.tenant.webhook.delivery.DeliveryDecision.Delivered;
import io.tenantry.tenant.webhook.delivery.DeliveryDecision.Failed;
import io.tenantry.tenant.webhook.delivery.DeliveryDecision.Retry;
import io.tenantry.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows an attempt, on a clock that a test moves. */
@Tag("T23")
class DeliveryRulesTest {

  private static final Duration DISABLE_AFTER = Duration.ofDays(5);

  private final TestClock clock = new TestClock(Instant.parse("2027-01-31T12:00:00Z"));
  private final DeliveryRules rules = new DeliveryRules(new Random(1), DISABLE_AFTER);

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void acceptsEachSuccess(int code) {
    assertThat(rules.decide(3, answer(code))).isEqualTo(new Delivered());
    assertThat(rules.assess(failing(4), answer(code))).isEqualTo(EndpointHealth.GOOD);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 199, 301, 302, 303, 307, 308, 400, 401, 404, 500, 503})
  void retriesEverythingElse(int code) {
    assertThat(rules.decide(0, answer(code))).isInstanceOf(Retry.class);
  }

  @Test
  void makesTenAttemptsByTheSchedule() {
    List<Duration> pauses = new ArrayList<>();
    int failures = 0;
    while (rules.decide(failures, answer(500)) instanceof Retry(Instant at)) {
      pauses.add(Duration.between(clock.instant(), at));
      clock.moveTo(at);
      failures++;
    }

    assertThat(failures).isEqualTo(9);
    for (int n = 0; n < pauses.size(); n++) {
      Duration row = RetrySchedule.PAUSES.get(n + 1);
      assertThat(pauses.get(n)).isBetween(row, row.plus(row.dividedBy(10)));
    }
  }

  @Test
  void waitsAtLeastAsLongAsTheEndpointAsks() {
    Instant asked = clock.instant().plusSeconds(100);

    assertThat(rules.decide(0, answer(503, asked))).isEqualTo(new Retry(asked));
    assertThat(rules.assess(EndpointHealth.GOOD, answer(503, asked)).isHeldBackAt(clock.instant()))
        .isTrue();
  }

  @Test
  void keepsScheduleIfItIsLaterThanTheEndpointAsks() {
    Instant asked = clock.instant().plusSeconds(1);

    assertThat(rules.decide(2, answer(503, asked)))
        .isInstanceOfSatisfying(
            Retry.class,
            retry ->
                assertThat(retry.at())
                    .isAfterOrEqualTo(clock.instant().plus(Duration.ofMinutes(30))));
  }

  @Test
  void disablesAnEndpointThatIsGone() {
    assertThat(rules.decide(0, answer(410))).isEqualTo(new Failed());
    assertThat(rules.assess(EndpointHealth.GOOD, answer(410)).disabled())
        .contains(EndpointHealth.GONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 504})
  void slowsDownMoreAndMoreWhileTheEndpointIsOverloaded(int code) {
    EndpointHealth health = EndpointHealth.GOOD;
    Duration previous = Duration.ZERO;
    for (int n = 0; n < 20; n++) {
      health = rules.assess(health, answer(code));
      Duration pause = Duration.between(clock.instant(), health.notBefore().orElseThrow());
      assertThat(pause)
          .isGreaterThan(previous.dividedBy(2))
          .isLessThanOrEqualTo(Duration.ofSeconds(330));
      previous = pause;
      clock.moveTo(health.notBefore().orElseThrow());
    }
    assertThat(previous).isGreaterThanOrEqualTo(Duration.ofMinutes(5));
    assertThat(rules.assess(health, answer(200)).notBefore()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 404})
  void doesNotSlowDownForOtherErrors(int code) {
    assertThat(rules.assess(EndpointHealth.GOOD, answer(code)).notBefore()).isEmpty();
  }

  @Test
  void keepsWhatAnEndpointAskedForAfterAnEarlierAttemptSucceeds() {
    Attempt sentBefore = answer(200);
    clock.advance(Duration.ofSeconds(1));
    Instant asked = clock.instant().plusSeconds(100);
    EndpointHealth paused = rules.assess(EndpointHealth.GOOD, answer(503, asked));
    EndpointHealth gone = rules.assess(paused, answer(410));

    EndpointHealth after = rules.assess(rules.assess(gone, sentBefore), sentBefore);

    assertThat(after.notBefore()).contains(asked);
    assertThat(after.disabled()).contains(EndpointHealth.GONE);
    assertThat(after.failures()).isZero();
    clock.advance(Duration.ofSeconds(1));
    assertThat(rules.assess(paused, answer(200))).isEqualTo(EndpointHealth.GOOD);
  }

  @Test
  void disablesAfterFiveDaysOfFailures() {
    Instant start = clock.instant();
    EndpointHealth health = EndpointHealth.GOOD;
    while (health.disabled().isEmpty()) {
      health = rules.assess(health, answer(500));
      clock.advance(Duration.ofHours(6));
    }

    assertThat(health.disabled()).contains(EndpointHealth.FAILING);
    assertThat(Duration.between(start, health.lastFailureAt().orElseThrow()))
        .isEqualTo(DISABLE_AFTER);
  }

  @Test
  void startsAgainAfterOneSuccess() {
    EndpointHealth health = EndpointHealth.GOOD;
    for (int n = 0; n < 30; n++) {
      health = rules.assess(health, answer(n % 15 == 14 ? 200 : 500));
      clock.advance(Duration.ofHours(6));
    }

    assertThat(health.disabled()).isEmpty();
  }

  @Test
  void doesNotAddUpFailuresThatAreFarApart() {
    EndpointHealth health = EndpointHealth.GOOD;
    for (int n = 0; n < 30; n++) {
      health = rules.assess(health, answer(500));
      clock.advance(Duration.ofDays(2));
    }

    assertThat(health.disabled()).isEmpty();
  }

  private EndpointHealth failing(int failures) {
    EndpointHealth health = EndpointHealth.GOOD;
    for (int n = 0; n < failures; n++) {
      health = rules.assess(health, answer(500));
    }
    return health;
  }

  private Attempt answer(int code) {
    return answer(code, null);
  }

  private Attempt answer(int code, Instant retryAfter) {
    return new Attempt(
        clock.instant(),
        Duration.ZERO,
        Optional.of(code),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(retryAfter));
  }
}
