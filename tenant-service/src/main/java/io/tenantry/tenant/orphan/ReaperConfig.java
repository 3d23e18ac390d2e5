package io.tenantry.tenant.orphan;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The search for orphans and their removal. */
@ConfigMapping(prefix = "tenantry.reaper")
interface ReaperConfig {

  /** The interval between searches for orphans; one is removed after two searches found it. */
  Duration interval();

  /** The maximum number of orphans removed per search; if there are more, none is removed. */
  @WithDefault("20")
  int maxRemovals();
}
