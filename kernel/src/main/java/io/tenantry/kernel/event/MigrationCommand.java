package io.tenantry.kernel.event;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A migration command to backup-service, sent to {@link #TOPIC}; REST offers the same operations. A
 * command for an unknown tenant is dead-lettered.
 */
public sealed interface MigrationCommand extends Event.OfTenant {

  /** The topic of these commands, keyed by tenant id. */
  String TOPIC = "tenantry.migration-jobs";

  @Override
  default String topic() {
    return TOPIC;
  }

  /**
   * Migrate the tenant forward.
   *
   * @param targetVersion the content hash of the blueprint's version; null for the current one
   * @param backupFirst whether to back up first; null means no
   */
  @RegisterForReflection
  record MakeMigration(UUID tenantId, @Nullable String targetVersion, @Nullable Boolean backupFirst)
      implements MigrationCommand {}

  /**
   * Roll the tenant's migrations back.
   *
   * @param targetVersion the version to roll back to
   * @param backupFirst whether to back up first; null means yes
   */
  @RegisterForReflection
  record MakeRollback(UUID tenantId, String targetVersion, @Nullable Boolean backupFirst)
      implements MigrationCommand {}
}
