package io.tenantry.kernel.event;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What backup-service is asked to do on {@link #TOPIC}, by anyone; the same can be asked by REST.
 * One that cannot be done, such as for a tenant that is not there, becomes a dead letter.
 */
public sealed interface BackupCommand extends Event.OfTenant {

  /** The topic of these commands, keyed by tenant id. */
  String TOPIC = "tenantry.backup-jobs";

  @Override
  default String topic() {
    return TOPIC;
  }

  /**
   * Back the tenant up.
   *
   * @param kind {@code manual}, {@code emergency} or {@code before_migration}; null for manual
   */
  @RegisterForReflection
  record MakeBackup(UUID tenantId, @Nullable String kind) implements BackupCommand {}

  /**
   * Put a backup in the place of the tenant's data.
   *
   * @param backupId the backup; null for the newest good one
   * @param mode {@code in_place} or {@code clone}; null for in place
   * @param sourceTenantId for a clone: whose newest backup, if {@code backupId} is null
   */
  @RegisterForReflection
  record MakeRestore(
      UUID tenantId, @Nullable UUID backupId, @Nullable String mode, @Nullable UUID sourceTenantId)
      implements BackupCommand {}

  /**
   * Restore a backup of the tenant for trial.
   *
   * @param backupId the backup; null for the newest good one
   */
  @RegisterForReflection
  record MakeDrill(UUID tenantId, @Nullable UUID backupId) implements BackupCommand {}
}
