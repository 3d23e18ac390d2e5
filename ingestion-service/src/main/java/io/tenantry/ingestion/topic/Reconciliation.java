package io.tenantry.ingestion.topic;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;

/**
 * What reconciling a topic did, or would do.
 *
 * @param dryRun true if nothing was changed
 * @param created whether the topic was, or would be, made
 * @param actions what became of each setting that is not as it should be
 */
@RegisterForReflection
record Reconciliation(String topic, boolean dryRun, boolean created, List<Action> actions) {

  /**
   * One setting that was not as it should be.
   *
   * @param reason why it was not repaired
   */
  @RegisterForReflection
  record Action(
      String setting, String from, String to, RepairOutcome outcome, Optional<String> reason) {}
}
