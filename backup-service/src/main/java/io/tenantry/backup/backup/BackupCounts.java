package io.tenantry.backup.backup;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jboss.logging.Logger;

/** Publishes the number of the installation's backups by status; all replicas show the same. */
@Singleton
public class BackupCounts {

  private static final Logger LOG = Logger.getLogger(BackupCounts.class);

  private final BackupRecords records;
  private volatile Map<Backup.Status, Long> counts = Map.of();

  BackupCounts(BackupRecords records, MeterRegistry meters) {
    this.records = records;
    for (Backup.Status status : Backup.Status.values()) {
      Gauge.builder("tenantry.backups", () -> counts.getOrDefault(status, 0L))
          .description("Backups by status")
          .tag("status", status.toString())
          .register(meters);
    }
  }

  @Scheduled(every = "1m", delayed = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void count() {
    try {
      counts = records.counts();
    } catch (RuntimeException e) {
      LOG.debugf("backups not counted; retrying in a minute: %s", e.getMessage());
    }
  }
}
