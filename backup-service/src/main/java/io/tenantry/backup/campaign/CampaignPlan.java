package io.tenantry.backup.campaign;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.migration.MigrationPlan;
import io.tenantry.kernel.error.ErrorCode;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What a campaign would do.
 *
 * @param current tenants that are at the version already
 * @param tenants tenants that would be migrated
 * @param waves how many waves there would be, the canaries' included
 * @param ways from each version that tenants are at
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
   * From one version.
   *
   * @param tenants how many are at it
   * @param plan what would be run on each; absent if there is no way
   * @param error why there is no way
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
