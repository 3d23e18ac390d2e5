package io.tenantry.operator.blueprint;

import io.tenantry.operator.api.BlueprintApi.PushedVersion;
import io.tenantry.operator.runtime.Conditions;
import io.tenantry.operator.v1alpha1.Blueprint;
import io.tenantry.operator.v1alpha1.BlueprintStatus;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The status of a {@code Blueprint} object while it is reconciled. */
final class BlueprintDraft {

  static final String DRIFTED = "Drifted";

  private final Long generation;
  private final Conditions conditions;
  private final Clock clock;
  private BlueprintStatus facts;

  BlueprintDraft(Blueprint object, Clock clock) {
    this.generation = object.getMetadata().getGeneration();
    this.facts = object.currentStatus();
    this.conditions = new Conditions(facts.conditions(), generation, clock);
    this.clock = clock;
  }

  Conditions conditions() {
    return conditions;
  }

  /** The version that was pushed last. */
  Optional<String> version() {
    return Optional.ofNullable(facts.version());
  }

  /** The hash of the files that were pushed last. */
  Optional<String> contentHash() {
    return Optional.ofNullable(facts.contentHash());
  }

  void pushed(String name, String contentHash, PushedVersion pushed) {
    facts =
        new BlueprintStatus(
            null,
            null,
            name,
            pushed.version(),
            contentHash,
            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
            Optional.of(pushed.warnings()).filter(warnings -> !warnings.isEmpty()).orElse(null));
  }

  /** The status to store. */
  BlueprintStatus status() {
    return facts.with(conditions.list(), generation);
  }
}
