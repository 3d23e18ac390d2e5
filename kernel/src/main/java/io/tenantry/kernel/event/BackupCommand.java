package io.tenantry.kernel.event;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command to backup-service, sent to {@link #TOPIC}; REST offers the same operations. A command
 * that cannot be carried out, for example for an unknown tenant, is dead-lettered.
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
   * Replace the tenant's data with a backup.
   *
   * @param backupId the backup; null for the newest usable one
   * @param mode {@code in_place} or {@code clone}; null for in place
   * @param sourceTenantId for a clone: the tenant whose newest backup is used if {@code backupId}
   *     is null
   */
  @RegisterForReflection
  record MakeRestore(
      UUID tenantId, @Nullable UUID backupId, @Nullable String mode, @Nullable UUID sourceTenantId)
      implements BackupCommand {}

  /**
   * Test that a backup of the tenant can be restored.
   *
   * @param backupId the backup; null for the newest usable one
   */
  @RegisterForReflection
  record MakeDrill(UUID tenantId, @Nullable UUID backupId) implements BackupCommand {}
}
