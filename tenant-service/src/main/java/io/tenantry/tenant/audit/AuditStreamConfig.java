package io.tenantry.tenant.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The stream of audit entries to Kafka. */
@ConfigMapping(prefix = "tenantry.audit-stream")
interface AuditStreamConfig {

  /**
   * Whether each entry of the audit log is also published to the topic {@code tenantry.audit}
   * ({@code AUDIT_STREAM_ENABLED}). While it is off, entries are not kept for later.
   */
  @WithDefault("true")
  boolean enabled();
}
