package io.tenantry.ingestion.deadletter;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.ingestion.topic.TopicsConfig;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Exports the number of dead letters as a metric, and prunes those that the topic no longer keeps.
 */
@Singleton
public class DeadLetterMaintenance {

  private static final Logger LOG = Logger.getLogger(DeadLetterMaintenance.class);
  private static final DeadLetterFilter ALL =
      new DeadLetterFilter(Optional.empty(), Optional.empty(), Set.of(), List.of());

  /** Kafka deletes messages by segment, so some are kept longer than the retention. */
  private static final Duration DECISION_RETENTION = Duration.ofDays(7);

  private final DeadLetterStore store;
  private final DecisionStore decisions;
  private final TopicsConfig topics;
  private final Clock clock;
  private final Map<Status, AtomicLong> counts = new EnumMap<>(Status.class);

  DeadLetterMaintenance(
      DeadLetterStore store,
      DecisionStore decisions,
      TopicsConfig topics,
      Clock clock,
      MeterRegistry meters) {
    this.store = store;
    this.decisions = decisions;
    this.topics = topics;
    this.clock = clock;
    for (Status status : Status.values()) {
      AtomicLong count = new AtomicLong();
      counts.put(status, count);
      Gauge.builder("tenantry.ingestion.dead.letters", count, AtomicLong::get)
          .description("Dead letters in the register, over all replicas")
          .tag("status", status.toString())
          .register(meters);
    }
  }

  @Scheduled(every = "${tenantry.dead-letters.count-interval:15s}", delayed = "2s")
  @RunOnVirtualThread
  void count() {
    try {
      Map<Status, Long> found = new EnumMap<>(Status.class);
      store.count(ALL).forEach(count -> found.merge(count.status(), count.count(), Long::sum));
      counts.forEach((status, count) -> count.set(found.getOrDefault(status, 0L)));
    } catch (TenantryException | SqlError e) {
      LOG.debugf("counting dead letters failed; retrying later: %s", e.getMessage());
    }
  }

  @Scheduled(every = "1h", delayed = "5m")
  @RunOnVirtualThread
  void prune() {
    try {
      store.prune(clock.instant().minus(topics.deadLetters().retention()));
      decisions.prune(clock.instant().minus(DECISION_RETENTION).minus(topics.events().retention()));
    } catch (TenantryException | SqlError e) {
      LOG.warnf("pruning of dead letters failed; retrying in 1h: %s", e.getMessage());
    }
  }
}
