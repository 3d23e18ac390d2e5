package io.tenantry.tenant.credentials;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.credentials")
interface CredentialsConfig {

  /** How often credentials whose overlap is over are looked for. */
  @WithDefault("10s")
  Duration retirementInterval();
}
