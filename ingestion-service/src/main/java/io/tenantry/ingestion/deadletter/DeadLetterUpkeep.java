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

/** Counts dead letters for the metrics, and forgets those that the topic does not keep any more. */
@Singleton
public class DeadLetterUpkeep {

  private static final Logger LOG = Logger.getLogger(DeadLetterUpkeep.class);
  private static final DeadLetterFilter ALL =
      new DeadLetterFilter(Optional.empty(), Optional.empty(), Set.of(), List.of());

  /** Kafka removes messages in segments, so some later than it may. */
  private static final Duration KEPT_DECISIONS = Duration.ofDays(7);

  private final DeadLetterStore store;
  private final DecisionStore decisions;
  private final TopicsConfig topics;
  private final Clock clock;
  private final Map<Status, AtomicLong> counts = new EnumMap<>(Status.class);

  DeadLetterUpkeep(
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
      LOG.debugf("the dead letters are counted later: %s", e.getMessage());
    }
  }

  @Scheduled(every = "1h", delayed = "5m")
  @RunOnVirtualThread
  void prune() {
    try {
      store.prune(clock.instant().minus(topics.deadLetters().retention()));
      decisions.prune(clock.instant().minus(KEPT_DECISIONS).minus(topics.events().retention()));
    } catch (TenantryException | SqlError e) {
      LOG.warnf("the register of dead letters is pruned later: %s", e.getMessage());
    }
  }
}
