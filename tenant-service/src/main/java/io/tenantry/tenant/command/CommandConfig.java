package io.tenantry.tenant.command;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What commands sent by Kafka may do. */
@ConfigMapping(prefix = "tenantry.provisioning-commands")
interface CommandConfig {

  /**
   * Whether a command sent by Kafka may delete a tenant without a final backup ({@code
   * COMMANDS_ALLOW_DELETION_WITHOUT_BACKUP}). If not, the command is dead-lettered.
   */
  @WithDefault("false")
  boolean allowDeletionWithoutBackup();
}
