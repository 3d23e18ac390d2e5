package io.tenantry.backup.campaign;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.migration.MigrationPlan;
import io.tenantry.kernel.error.ErrorCode;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The answer to a dry run: what a campaign would do.
 *
 * @param current the number of tenants that are already at the version
 * @param tenants the number of tenants that would be migrated
 * @param waves the number of waves, including the canaries'
 * @param ways one entry for each version that tenants are at now
 */
@RegisterForReflection
record CampaignPlan(
    String blueprint,
    String targetVersion,
    long current,
    long tenants,
    long waves,
    List<Way> ways) {

  /**
   * The migration from one version.
   *
   * @param tenants the number of tenants at this version
   * @param plan what would be run on each tenant; absent if they cannot be migrated
   * @param error why they cannot be migrated
   */
  @RegisterForReflection
  record Way(
      String fromVersion, long tenants, Optional<MigrationPlan> plan, Optional<Reason> error) {}

  /** Why tenants of a version would fail. */
  @RegisterForReflection
  record Reason(
      @Schema(type = SchemaType.STRING, implementation = String.class) ErrorCode code,
      String message) {}
}
