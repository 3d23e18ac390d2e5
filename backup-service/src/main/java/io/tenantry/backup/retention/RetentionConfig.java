package io.tenantry.backup.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.retention")
interface RetentionConfig {

  /** When it is run ({@code BACKUP_RETENTION_CRON}): Quartz cron in UTC, or - for never. */
  @WithDefault("0 30 5 * * ?")
  String cron();

  /** How old a file must be before it can be taken for nobody's. */
  @WithDefault("1d")
  Duration orphanAge();

  /** How many a report names of each. */
  @WithDefault("500")
  int named();
}
