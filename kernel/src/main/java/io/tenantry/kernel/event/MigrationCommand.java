package io.tenantry.kernel.event;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What backup-service is asked to migrate on {@link #TOPIC}, by anyone; the same can be asked by
 * REST. One for a tenant that is not there becomes a dead letter.
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
   * @param targetVersion of its blueprint, by content hash; null for the current one
   * @param backupFirst whether a backup comes before it; null for no
   */
  @RegisterForReflection
  record MakeMigration(UUID tenantId, @Nullable String targetVersion, @Nullable Boolean backupFirst)
      implements MigrationCommand {}

  /**
   * Take the tenant's migrations back.
   *
   * @param targetVersion the version to get back to
   * @param backupFirst whether a backup comes before it; null for yes
   */
  @RegisterForReflection
  record MakeRollback(UUID tenantId, String targetVersion, @Nullable Boolean backupFirst)
      implements MigrationCommand {}
}
