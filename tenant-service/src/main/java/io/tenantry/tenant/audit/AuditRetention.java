package io.tenantry.tenant.audit;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Deletes rows of the audit log that are past their retention, and records the deletion. */
@Singleton
@Startup
public class AuditRetention {

  private static final Logger LOG = Logger.getLogger(AuditRetention.class);
  private static final int BATCH = 10_000;

  /** The function expire_audit_log in PostgreSQL keeps younger rows in any case. */
  private static final Duration MIN_RETENTION = Duration.ofDays(30);

  private final AuditStore store;
  private final AuditLog log;
  private final AuditLogConfig config;
  private final Clock clock;

  AuditRetention(AuditStore store, AuditLog log, AuditLogConfig config, Clock clock) {
    if (config.retention().compareTo(MIN_RETENTION) < 0) {
      throw new ConfigurationException("AUDIT_RETENTION is too short: set at least 30 days");
    }
    this.store = store;
    this.log = log;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(
      every = "1h",
      delayed = "10m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void runExpiry() {
    try {
      expire();
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.warnf("expired rows of the audit log could not be deleted; retrying in 1h: %s", e);
    }
  }

  /** Deletes rows older than the retention; returns their number. */
  long expire() {
    Instant before = clock.instant().minus(config.retention());
    long all = 0;
    for (int deleted = store.expire(before, BATCH);
        deleted > 0;
        deleted = store.expire(before, BATCH)) {
      all += deleted;
    }
    if (all > 0) {
      LOG.infof("expired rows of the audit log deleted rows=%d before=%s", all, before);
      log.append(
          new AuditEntry(
              "retention",
              "delete audit rows",
              Optional.empty(),
              Optional.empty(),
              AuditEntry.Outcome.SUCCEEDED,
              Optional.empty(),
              Map.of("rows", Long.toString(all), "before", before.toString())));
    }
    return all;
  }
}
