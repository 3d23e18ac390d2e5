package io.tenantry.kernel.messaging;

import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.Database;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.jboss.logging.Logger;

/** Deletes inbox entries of events that no broker can deliver again. */
@Singleton
@IfBuildProperty(name = "tenantry.inbox.enabled", stringValue = "true")
public class InboxPruning {

  private static final Logger LOG = Logger.getLogger(InboxPruning.class);

  private final Database database;
  private final Clock clock;
  private final InboxConfig config;

  InboxPruning(Database database, Clock clock, InboxConfig config) {
    this.database = database;
    this.clock = clock;
    this.config = config;
  }

  @Scheduled(
      every = "${tenantry.inbox.pruning-interval}",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void pruneRegularly() {
    try {
      prune();
    } catch (RuntimeException e) {
      LOG.warnf(e, "the inbox could not be pruned; retrying later");
    }
  }

  /** Deletes entries that are older than the retention; returns their number. */
  public int prune() {
    return database.changed(
        "DELETE FROM inbox WHERE handled_at < $1", clock.instant().minus(config.retention()));
  }
}
