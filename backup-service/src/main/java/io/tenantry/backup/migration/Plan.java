package io.tenantry.backup.migration;

import io.tenantry.kernel.error.TenantryException;
import java.util.List;
import java.util.Optional;

/**
 * What leads a tenant from one version of its blueprint to another.
 *
 * @param from the history that the steps begin with; empty if it has to be read first
 * @param steps in their order
 */
record Plan(Route route, Optional<History> from, List<Step> steps) {

  /** Where from, and where to. */
  record Route(String blueprint, String fromVersion, String toVersion, Direction direction) {}

  /** The files it runs. */
  List<String> scripts() {
    return steps.stream().map(Step::script).toList();
  }

  /** Makes plans; what is wrong with a way is told by {@link TenantryException}. */
  interface Maker {

    /** The plan from a tenant's actual history. */
    Plan plan(Route route, History actual);
  }
}
