package io.tenantry.tenant.provisioning;

import java.util.function.Consumer;

/**
 * One step of provisioning on the tenant's cluster.
 *
 * @param name which one
 * @param run does it
 * @param undo removes what it may have made, whether or not it did; safe to repeat, since a crash
 *     repeats it
 */
record Step(StepName name, Consumer<Provisioning> run, Consumer<TenantDatabase> undo) {

  /** A step whose traces go with those of an earlier one. */
  static Step withoutTrace(StepName name, Consumer<Provisioning> run) {
    return new Step(name, run, target -> {});
  }
}
