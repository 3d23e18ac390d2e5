package io.tenantry.backup.schedule;

/**
 * How the schedules differ from the registry of tenants.
 *
 * @param tenants tenants that the registry has, whatever their status
 * @param schedules schedules in all
 * @param missing active or suspended tenants without a schedule
 * @param deleted schedules of tenants that the registry says are deleted
 * @param unknown schedules of tenants that the registry does not have
 */
record Differences(long tenants, long schedules, long missing, long deleted, long unknown) {

  /** What a reconciliation may do about them. */
  enum Decision {
    /** Enrol tenants and remove schedules. */
    RECONCILE,
    /** Enrol tenants only: the registry says that suspiciously many were deleted. */
    ENROL_ONLY,
    /** Nothing: the registry has lost tenants, as an older copy or an empty one would have. */
    HOLD
  }

  /**
   * Decides by the limits on what may change at once.
   *
   * @param maxNumber schedules that may be in doubt at once
   * @param maxShare the share of all schedules that may be; one schedule always may
   */
  Decision decide(int maxNumber, double maxShare) {
    double limit = Math.min(maxNumber, Math.max(1, maxShare * schedules));
    if ((schedules > 0 && tenants == 0) || unknown > limit) {
      return Decision.HOLD;
    }
    return deleted > limit ? Decision.ENROL_ONLY : Decision.RECONCILE;
  }
}
