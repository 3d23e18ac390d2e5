package io.tenantry.backup.migration;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * What a migration would do.
 *
 * @param steps what would be run, in order
 */
@RegisterForReflection
public record MigrationPlan(
    String blueprint,
    Direction direction,
    String fromVersion,
    String toVersion,
    List<PlannedStep> steps) {

  /**
   * A file that would be run.
   *
   * @param transactional whether it runs in a transaction
   */
  @RegisterForReflection
  public record PlannedStep(String script, boolean transactional) {}

  static MigrationPlan of(Plan plan) {
    return new MigrationPlan(
        plan.route().blueprint(),
        plan.route().direction(),
        plan.route().fromVersion(),
        plan.route().toVersion(),
        plan.steps().stream()
            .map(step -> new PlannedStep(step.script(), step.parsed().transactional()))
            .toList());
  }
}
