package io.tenantry.backup.schedule;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How the schedules differ from the registry of tenants.
 *
 * @param tenants tenants that the registry has, whatever their status
 * @param schedules schedules in all
 * @param missing active or suspended tenants without a schedule; they are enrolled
 * @param deleted schedules of deleted tenants; they are removed
 * @param unknown schedules of tenants that the registry does not have; they are not changed
 * @param held why differences are not reconciled; absent if they are
 * @param enrolled tenants that this request has enrolled
 * @param removed schedules that this request has removed
 */
@RegisterForReflection
record ReconciliationReport(
    long tenants,
    long schedules,
    Difference missing,
    Difference deleted,
    Difference unknown,
    Optional<String> held,
    long enrolled,
    long removed) {

  /** The same differences, after this request has enrolled tenants and removed schedules. */
  ReconciliationReport with(long enrolled, long removed) {
    return new ReconciliationReport(
        tenants, schedules, missing, deleted, unknown, held, enrolled, removed);
  }

  /**
   * One kind of difference.
   *
   * @param count the number of tenants
   * @param tenants some of them
   */
  @RegisterForReflection
  record Difference(long count, List<UUID> tenants) {}
}
