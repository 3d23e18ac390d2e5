package io.tenantry.kernel.auth;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.runtime.ShutdownOrder;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Records when each API key was last used. The times of all keys are written together at an
 * interval, so that a request causes no write.
 */
@Singleton
public class KeyUses {

  private static final Logger LOG = Logger.getLogger(KeyUses.class);

  private final Database database;
  private final Clock clock;
  private final Map<UUID, Instant> uses = new ConcurrentHashMap<>();

  KeyUses(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Remembers that a key was used now. */
  void note(UUID keyId) {
    uses.put(keyId, clock.instant());
  }

  @Scheduled(
      every = "${tenantry.api-keys.use-interval:10s}",
      delayed = "1s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void flush() {
    Map<UUID, Instant> noted = new HashMap<>(uses);
    if (noted.isEmpty()) {
      return;
    }
    try {
      write(noted);
      noted.forEach(uses::remove);
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.warnf(
          "last uses of API keys could not be written; retrying count=%d: %s", noted.size(), e);
    }
  }

  void stop(@Observes @Priority(ShutdownOrder.RESOURCES) ShutdownEvent stopping) {
    flush();
  }

  private void write(Map<UUID, Instant> noted) {
    database.run(
        "SELECT control_plane.record_api_key_uses($1, $2)",
        noted.keySet().toArray(UUID[]::new),
        noted.values().stream()
            .map(at -> at.atOffset(ZoneOffset.UTC))
            .toArray(OffsetDateTime[]::new));
  }
}
