package io.tenantry.backup.migration;

import java.util.List;
import java.util.Optional;

/**
 * The steps that migrate a tenant from one version of its blueprint to another.
 *
 * @param from the history that the steps start from; empty if it has to be read first
 * @param steps the steps in order
 */
record Plan(Route route, Optional<History> from, List<Step> steps) {

  /** The versions and the direction of a migration. */
  record Route(String blueprint, String fromVersion, String toVersion, Direction direction) {}

  /** The files it runs. */
  List<String> scripts() {
    return steps.stream().map(Step::script).toList();
  }
}
