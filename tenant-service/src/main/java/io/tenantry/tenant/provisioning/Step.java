package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.cluster.Mark.Purpose;
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
     * @param purpose the expected purpose in the mark of the database or schema
     * @throws io.tenantry.kernel.cluster.IdentityMismatch if the mark has another purpose; nothing
     *     is removed then
     */
    void undo(TenantDatabase target, Purpose purpose);
  }

  /** A step without its own undo: an earlier step's undo removes what it created. */
  static Step withoutTrace(StepName name, Consumer<Provisioning> run) {
    return new Step(name, run, (target, purpose) -> {});
  }
}
