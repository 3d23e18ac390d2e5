package io.tenantry.operator.backup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tenantry.operator.api.ApiException;
import io.tenantry.operator.runtime.Attempts;
import io.tenantry.operator.runtime.Blocked;
import io.tenantry.operator.runtime.Conditions;
import io.tenantry.operator.runtime.Delays;
import io.tenantry.operator.v1alpha1.StatusObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The rules of objects that request one task, once. */
final class OneShot {

  /** The task is completed. */
  static final String COMPLETED = "Completed";

  private static final Set<String> FINAL = Set.of(COMPLETED, Attempts.FAILED);

  /** Polls are rarer the longer a task takes, up to this many times the first delay. */
  private static final int MAX_FACTOR = 10;

  private static final int AGE_FRACTION = 4;

  private OneShot() {}

  /** Whether the task has completed or failed, so that there is nothing left to do. */
  static boolean isFinished(StatusObject<?> object) {
    return FINAL.stream()
        .map(object.currentStatus()::condition)
        .flatMap(Optional::stream)
        .anyMatch(condition -> condition.getStatus().equals("True"));
  }

  /** The value of {@code Idempotency-Key} for the request of an object. */
  static String key(HasMetadata object, String operation) {
    return object.getMetadata().getUid() + "/" + operation;
  }

  /** When an object was created. */
  static Instant createdAt(HasMetadata object) {
    return Instant.parse(object.getMetadata().getCreationTimestamp());
  }

  /** Sends the request for the task; a refusal that is not temporary is final. */
  static <T> T request(Supplier<T> request) {
    try {
      return request.get();
    } catch (ApiException e) {
      throw e.isRetryable() ? e : Blocked.failed(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  /** The failure of a task that could not be requested in time. */
  static Blocked tooLate(Duration limit, Conditions conditions) {
    String last =
        conditions
            .get(Conditions.READY)
            .map(ready -> " The last reason was: " + ready.getMessage())
            .orElse("");
    return Blocked.failed(
        "NotStarted",
        "It was not started within %d minutes and nothing was changed. Create another object."
                .formatted(limit.toMinutes())
            + last);
  }

  /** When to look at a task that is in progress again, if no event says earlier that it is done. */
  static Duration pollDelay(Delays delays, Instant since, Clock clock) {
    Duration shortest = delays.progress();
    Duration longest = shortest.multipliedBy(MAX_FACTOR);
    Duration byAge = Duration.between(since, clock.instant()).dividedBy(AGE_FRACTION);
    return byAge.compareTo(shortest) < 0
        ? shortest
        : byAge.compareTo(longest) > 0 ? longest : byAge;
  }
}
