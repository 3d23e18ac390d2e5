package io.tenantry.operator.blueprint;

import io.tenantry.operator.api.BlueprintApi.PushedVersion;
import io.tenantry.operator.runtime.Draft;
import io.tenantry.operator.v1alpha1.Blueprint;
import io.tenantry.operator.v1alpha1.BlueprintStatus;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The status of a {@code Blueprint} object while it is reconciled. */
final class BlueprintDraft extends Draft<BlueprintStatus> {

  static final String DRIFTED = "Drifted";

  private final Clock clock;

  BlueprintDraft(Blueprint object, Clock clock) {
    super(object, clock);
    this.clock = clock;
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
}
