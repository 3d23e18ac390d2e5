package io.tenantry.tenant.webhook.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How an endpoint answered lately.
 *
 * @param failures failed attempts since the last successful one
 * @param failingSince when this series of failures started; empty after a success
 * @param lastFailureAt when the last attempt failed
 * @param slowdowns how often in a row it answered that it is overloaded
 * @param notBefore before then nothing is sent
 * @param disabled why it must be disabled; empty if it must not
 */
record EndpointHealth(
    int failures,
    Optional<Instant> failingSince,
    Optional<Instant> lastFailureAt,
    int slowdowns,
    Optional<Instant> notBefore,
    Optional<String> disabled) {

  static final EndpointHealth GOOD =
      new EndpointHealth(
          0, Optional.empty(), Optional.empty(), 0, Optional.empty(), Optional.empty());

  static final String GONE = "gone";
  static final String FAILING = "failing";

  /** So many failures in a row make an endpoint a failing one, which gets one request at a time. */
  static final int FAILING_FROM = 5;

  /**
   * Failures further apart are no series: longer than the longest pause of the schedule, so that an
   * endpoint with few events is not disabled for one failure in spring and another in autumn.
   */
  private static final Duration LONGEST_GAP = Duration.ofHours(36);

  private static final Duration FIRST_SLOWDOWN = Duration.ofSeconds(1);
  private static final Duration LONGEST_SLOWDOWN = Duration.ofMinutes(5);
  private static final int MOST_DOUBLINGS = 9;

  /** Whether every recent attempt failed. */
  boolean isFailing() {
    return failures >= FAILING_FROM;
  }

  /** Whether nothing may be sent at this time. */
  boolean isHeldBackAt(Instant now) {
    return disabled.isPresent() || notBefore.filter(now::isBefore).isPresent();
  }

  /** The same, with nothing sent before this time. */
  EndpointHealth heldBackUntil(Instant time) {
    return new EndpointHealth(
        failures, failingSince, lastFailureAt, slowdowns, Optional.of(time), disabled);
  }

  /**
   * The health after one more attempt.
   *
   * @param disableAfter how long an endpoint may only fail
   */
  EndpointHealth after(Attempt attempt, RetrySchedule schedule, Duration disableAfter) {
    if (attempt.succeeded()) {
      return afterSuccess(attempt.at());
    }
    Instant now = attempt.at().plus(attempt.latency());
    Instant since =
        failingSince
            .filter(
                start ->
                    lastFailureAt.filter(last -> !now.isAfter(last.plus(LONGEST_GAP))).isPresent())
            .orElse(now);
    return new EndpointHealth(
        failures + 1,
        Optional.of(since),
        Optional.of(now),
        attempt.isOverload() ? slowdowns + 1 : 0,
        latest(List.of(notBefore, pause(attempt, schedule).map(now::plus), attempt.retryAfter())),
        disabled.or(() -> reason(attempt, since, now, disableAfter)));
  }

  /**
   * A success keeps what the endpoint asked for in an answer that came after this attempt was sent.
   */
  private EndpointHealth afterSuccess(Instant sentAt) {
    Optional<Instant> laterFailure = lastFailureAt.filter(sentAt::isBefore);
    return new EndpointHealth(
        0, Optional.empty(), laterFailure, 0, laterFailure.flatMap(at -> notBefore), disabled);
  }

  private static Optional<String> reason(
      Attempt attempt, Instant since, Instant now, Duration disableAfter) {
    if (attempt.isGone()) {
      return Optional.of(GONE);
    }
    return now.isBefore(since.plus(disableAfter)) ? Optional.empty() : Optional.of(FAILING);
  }

  private Optional<Duration> pause(Attempt attempt, RetrySchedule schedule) {
    if (!attempt.isOverload()) {
      return Optional.empty();
    }
    Duration pause = FIRST_SLOWDOWN.multipliedBy(1L << Math.min(slowdowns, MOST_DOUBLINGS));
    return Optional.of(
        schedule.jittered(pause.compareTo(LONGEST_SLOWDOWN) > 0 ? LONGEST_SLOWDOWN : pause));
  }

  private static Optional<Instant> latest(List<Optional<Instant>> times) {
    return times.stream().flatMap(Optional::stream).max(Instant::compareTo);
  }
}
