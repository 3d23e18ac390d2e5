package io.tenantry.operator.runtime;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of an object while it is reconciled. The time of a condition changes only with its
 * status, as the conventions of the Kubernetes API require.
 */
public final class Conditions {

  /** The object can be used. */
  public static final String READY = "Ready";

  /** Work is in progress (kstatus). */
  public static final String RECONCILING = "Reconciling";

  /** Nothing will change until a person acts (kstatus). */
  public static final String STALLED = "Stalled";

  private static final int MAX_MESSAGE = 1024;

  private final Map<String, Condition> byType = new LinkedHashMap<>();
  private final @Nullable Long generation;
  private final Clock clock;

  /**
   * Conditions that start from the current ones.
   *
   * @param generation the generation of spec that is reconciled
   */
  public Conditions(@Nullable List<Condition> current, @Nullable Long generation, Clock clock) {
    Optional.ofNullable(current)
        .orElse(List.of())
        .forEach(condition -> byType.put(condition.getType(), condition));
    this.generation = generation;
    this.clock = clock;
  }

  /** Sets a condition to true. */
  public void isTrue(String type, String reason, String message) {
    set(type, "True", reason, message);
  }

  /** Sets a condition to false. */
  public void isFalse(String type, String reason, String message) {
    set(type, "False", reason, message);
  }

  /** Removes a condition. */
  public void remove(String type) {
    byType.remove(type);
  }

  /** The object is ready. */
  public void ready(String reason, String message) {
    isTrue(READY, reason, message);
    remove(RECONCILING);
    remove(STALLED);
  }

  /** The object is not ready yet; work on it goes on. */
  public void progressing(String reason, String message) {
    isFalse(READY, reason, message);
    isTrue(RECONCILING, reason, message);
    remove(STALLED);
  }

  /** The object is not ready, and stays so until a person acts. */
  public void stalled(String reason, String message) {
    isFalse(READY, reason, message);
    isTrue(STALLED, reason, message);
    remove(RECONCILING);
  }

  private void set(String type, String status, String reason, String message) {
    String since =
        get(type)
            .filter(former -> status.equals(former.getStatus()))
            .map(Condition::getLastTransitionTime)
            .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    byType.put(
        type,
        new ConditionBuilder()
            .withType(type)
            .withStatus(status)
            .withReason(reason)
            .withMessage(
                message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE))
            .withObservedGeneration(generation)
            .withLastTransitionTime(since)
            .build());
  }

  /** The condition of a type. */
  public Optional<Condition> get(String type) {
    return Optional.ofNullable(byType.get(type));
  }

  /** Whether the object is ready, for a generation of its spec. */
  public boolean isReady(@Nullable Long of) {
    return get(READY)
        .filter(condition -> condition.getStatus().equals("True"))
        .filter(condition -> Objects.equals(condition.getObservedGeneration(), of))
        .isPresent();
  }

  /** All conditions. */
  public List<Condition> list() {
    return new ArrayList<>(byType.values());
  }
}
