package io.tenantry.kernel.auth;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

@ConfigMapping(prefix = "tenantry.admin")
interface AdminConfig {

  /** The bearer key of the admin API ({@code TENANTRY_ADMIN_KEY}), 16 characters at least. */
  Optional<String> key();
}
