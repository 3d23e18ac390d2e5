package io.tenantry.kernel.auth;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

@ConfigMapping(prefix = "tenantry.admin")
interface AdminConfig {

  /** The bearer key of the role admin ({@code TENANTRY_ADMIN_KEY}), 16 characters at least. */
  Optional<String> key();

  /** The bearer key of the role operator ({@code TENANTRY_OPERATOR_KEY}); none if not set. */
  Optional<String> operatorKey();

  /** The bearer key of the role viewer ({@code TENANTRY_VIEWER_KEY}); none if not set. */
  Optional<String> viewerKey();
}
