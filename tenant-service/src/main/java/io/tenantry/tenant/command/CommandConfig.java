package io.tenantry.tenant.command;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

@ConfigMapping(prefix = "tenantry.provisioning-commands")
interface CommandConfig {

  /**
   * Whether a command by Kafka may delete a tenant without a final backup ({@code
   * COMMANDS_ALLOW_DELETION_WITHOUT_BACKUP}). If not, it becomes a dead letter.
   */
  @WithDefault("false")
  boolean allowDeletionWithoutBackup();
}
