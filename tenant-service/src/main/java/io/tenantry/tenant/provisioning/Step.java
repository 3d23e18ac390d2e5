package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.cluster.Expected;
import java.util.function.Consumer;

/**
 * A step of provisioning.
 *
 * @param name the name
 * @param run performs the step
 * @param undo removes whatever the step may have created; safe to repeat, because recovery repeats
 *     it
 */
record Step(StepName name, Consumer<Provisioning> run, Undo undo) {

  /** Undoes a step. */
  @FunctionalInterface
  interface Undo {

    /**
     * Removes whatever the step may have created.
     *
     * @param expected the expected mark of the database or schema
     * @throws io.tenantry.kernel.cluster.IdentityMismatch if it has another mark; nothing is
     *     removed then
     */
    void undo(TenantDatabase target, Expected expected);
  }

  /** A step without its own undo: an earlier step's undo removes what it created. */
  static Step withoutTrace(StepName name, Consumer<Provisioning> run) {
    return new Step(name, run, (target, expected) -> {});
  }
}
