package io.tenantry.tenant.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The retention of the audit log of all services. */
@ConfigMapping(prefix = "tenantry.audit-log")
interface AuditLogConfig {

  /** How long rows of the audit log are kept ({@code AUDIT_RETENTION}); at least 30 days. */
  @WithDefault("400d")
  Duration retention();
}
