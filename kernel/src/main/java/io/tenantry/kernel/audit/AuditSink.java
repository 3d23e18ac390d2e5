package io.tenantry.kernel.audit;

import java.time.Instant;

/** Takes audit entries that are written soon. */
interface AuditSink {

  /**
   * Has an entry written without waiting.
   *
   * @param at when it happened first
   * @param count how often it happened
   */
  void submit(AuditEntry entry, Instant at, long count);
}
