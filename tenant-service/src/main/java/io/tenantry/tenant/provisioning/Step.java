package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.cluster.Mark.Purpose;
import java.util.function.Consumer;

/**
 * One step of provisioning on the tenant's cluster.
 *
 * @param name which one
 * @param run does it
 * @param undo removes what it may have made, whether or not it did; safe to repeat, since a crash
 *     repeats it
 */
record Step(StepName name, Consumer<Provisioning> run, Undo undo) {

  /** How a step is undone. */
  @FunctionalInterface
  interface Undo {

    /**
     * Removes what the step may have made.
     *
     * @param purpose what it is for by its own mark; it stays if it is for something else
     * @throws io.tenantry.kernel.cluster.IdentityMismatch if it is
     */
    void undo(TenantDatabase target, Purpose purpose);
  }

  /** A step whose traces go with those of an earlier one. */
  static Step withoutTrace(StepName name, Consumer<Provisioning> run) {
    return new Step(name, run, (target, purpose) -> {});
  }
}
