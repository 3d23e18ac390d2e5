package io.tenantry.ingestion.topic;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;

/**
 * The result of reconciling a topic, or of its dry run.
 *
 * @param dryRun true if nothing was changed
 * @param created whether the topic was, or would be, created
 * @param actions the outcome for each setting that differed
 */
@RegisterForReflection
record Reconciliation(String topic, boolean dryRun, boolean created, List<Action> actions) {

  /**
   * A setting that differed from the desired value.
   *
   * @param reason why it was not repaired
   */
  @RegisterForReflection
  record Action(
      String setting, String from, String to, RepairOutcome outcome, Optional<String> reason) {}
}
