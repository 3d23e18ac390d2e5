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

  /**
   * How long the event of a new or deleted tenant may take before the tenant counts as a
   * difference.
   */
  @WithDefault("1m")
  Duration grace();

  /**
   * The largest number of schedules that are removed at once; more are only reported ({@code
   * BACKUP_RECONCILIATION_MAX_NUMBER}).
   */
  @WithDefault("50")
  int maxNumber();

  /**
   * The largest share of all schedules, 0 to 1, that is removed at once; more is only reported
   * ({@code BACKUP_RECONCILIATION_MAX_SHARE}).
   */
  @WithDefault("0.2")
  double maxShare();
}
