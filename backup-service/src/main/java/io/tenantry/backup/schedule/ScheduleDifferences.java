package io.tenantry.backup.schedule;

/**
 * How the schedules differ from the registry of tenants.
 *
 * @param tenants tenants that the registry has, whatever their status
 * @param schedules schedules in all
 * @param missing active or suspended tenants without a schedule
 * @param deleted schedules of tenants that are deleted in the registry
 * @param unknown schedules of tenants that the registry does not have
 */
record ScheduleDifferences(long tenants, long schedules, long missing, long deleted, long unknown) {

  /** What a reconciliation may change. */
  enum Decision {
    /** Enrol tenants and remove schedules. */
    RECONCILE,
    /** Enrol tenants only: suspiciously many tenants are deleted in the registry. */
    ENROL_ONLY,
    /** Nothing: the registry lacks tenants, so it may be empty or restored from an older backup. */
    HOLD
  }

  /**
   * Decides by the limits on what may change at once.
   *
   * @param maxNumber the largest number of schedules that may change at once
   * @param maxShare the largest share of all schedules that may change at once; one schedule always
   *     may
   */
  Decision decide(int maxNumber, double maxShare) {
    double limit = Math.min(maxNumber, Math.max(1, maxShare * schedules));
    if ((schedules > 0 && tenants == 0) || unknown > limit) {
      return Decision.HOLD;
    }
    return deleted > limit ? Decision.ENROL_ONLY : Decision.RECONCILE;
  }
}
