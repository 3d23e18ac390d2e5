package io.tenantry.backup.schedule;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.backup.schedule")
interface ScheduleConfig {

  /**
   * The time over which the backups of one cron expression are spread ({@code
   * BACKUP_SCHEDULE_SPREAD}).
   */
  @WithDefault("30m")
  Duration spread();
}
