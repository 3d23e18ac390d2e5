package io.tenantry.backup.schedule;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.backup.reconciliation")
interface ReconciliationConfig {

  /**
   * How often schedules are compared with the registry of tenants ({@code
   * BACKUP_RECONCILIATION_INTERVAL}).
   */
  @WithDefault("5m")
  Duration interval();

  /** How long after a tenant was made or deleted its event may take before that is a difference. */
  @WithDefault("1m")
  Duration grace();

  /**
   * More schedules than this at once are not removed, but reported ({@code
   * BACKUP_RECONCILIATION_MAX_NUMBER}).
   */
  @WithDefault("50")
  int maxNumber();

  /**
   * A larger share of all schedules, 0 to 1, is not removed at once, but reported ({@code
   * BACKUP_RECONCILIATION_MAX_SHARE}).
   */
  @WithDefault("0.2")
  double maxShare();
}
