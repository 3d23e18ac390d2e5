package io.tenantry.kernel.audit;

import java.time.Instant;

/** Buffers audit entries, which are written soon. */
interface AuditSink {

  /**
   * Buffers an entry.
   *
   * @param at when it happened first
   * @param count how often it happened
   */
  void submit(AuditEntry entry, Instant at, long count);
}
