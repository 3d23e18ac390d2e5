package io.tenantry.tenant.webhook.delivery;

import io.quarkus.runtime.ShutdownEvent;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.runtime.Backoff;
import io.tenantry.kernel.runtime.ShutdownOrder;
import io.tenantry.tenant.webhook.endpoint.Endpoint;
import io.tenantry.tenant.webhook.event.FactLog;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Writes the results of attempts, those of many endpoints in one transaction. While the control
 * database is unavailable, results are kept and written when it is back, so that what was delivered
 * is not sent again. What cannot be written at all is dropped, so that it does not hold up the
 * rest; the next holder of the lease sends it again, with its id.
 */
@Singleton
class ResultWriter {

  private static final Logger LOG = Logger.getLogger(ResultWriter.class);
  private static final int BATCH = 1000;
  private static final Duration STOPPING = Duration.ofSeconds(3);
  private static final Backoff PAUSES =
      Backoff.doubling(Duration.ofMillis(200), Duration.ofSeconds(5));

  private final Database database;
  private final QueueStore store;
  private final FactLog facts;
  private final Clock clock;
  private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();
  private final Thread thread = Thread.ofVirtual().name("webhook-results").unstarted(this::run);
  private volatile Runnable listener = () -> {};
  private volatile boolean stopping;
  private volatile boolean behind;

  ResultWriter(Database database, QueueStore store, FactLog facts, Clock clock) {
    this.database = database;
    this.store = store;
    this.facts = facts;
    this.clock = clock;
  }

  private sealed interface Entry {

    record OfResult(AttemptResult result) implements Entry {

      @Override
      public String toString() {
        return "delivery=" + result.delivery().deliveryId();
      }
    }

    record OfRelease(QueueRelease release) implements Entry {

      @Override
      public String toString() {
        return "endpoint=" + release.queue().endpoint().endpointId();
      }
    }
  }

  /** Starts writing; {@code released} is called whenever queues were given back. */
  void start(Runnable released) {
    listener = released;
    thread.start();
  }

  void stop(@Observes @Priority(ShutdownOrder.RESOURCES) ShutdownEvent ending)
      throws InterruptedException {
    stopping = true;
    // What is not written by then is sent again by the next holder of the lease, with its id.
    thread.join(STOPPING);
  }

  /** Writes a result soon. */
  void add(AttemptResult result) {
    entries.add(new Entry.OfResult(result));
  }

  /** Gives a queue back after its results, which were added before. */
  void release(QueueRelease release) {
    entries.add(new Entry.OfRelease(release));
  }

  /** Whether results could not be written: what is sent now may have been delivered before. */
  boolean isBehind() {
    return behind;
  }

  private void run() {
    List<Entry> batch = new ArrayList<>();
    int failures = 0;
    try {
      while (!(stopping && batch.isEmpty() && entries.isEmpty())) {
        if (batch.isEmpty()) {
          collect(batch);
        }
        try {
          write(batch);
          batch.clear();
          failures = 0;
          behind = false;
        } catch (DatabaseUnavailable | SqlError e) {
          behind = true;
          failures++;
          Duration pause = PAUSES.after(failures);
          LOG.warnf(
              "webhook results could not be written; retrying in %s entries=%d: %s",
              pause, batch.size(), e.getMessage());
          Thread.sleep(pause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void collect(List<Entry> batch) throws InterruptedException {
    Entry first = entries.poll(200, TimeUnit.MILLISECONDS);
    if (first != null) {
      batch.add(first);
      entries.drainTo(batch, BATCH - 1);
    }
  }

  private void write(List<Entry> batch) {
    try {
      writeTogether(batch);
    } catch (RuntimeException e) {
      if (mayPass(e)) {
        throw e;
      }
      writeSingly(batch);
    }
  }

  private static boolean mayPass(RuntimeException failure) {
    return failure instanceof DatabaseUnavailable
        || (failure instanceof SqlError refusal && !refusal.causedByData());
  }

  private void writeSingly(List<Entry> batch) {
    for (Iterator<Entry> rest = batch.iterator(); rest.hasNext(); rest.remove()) {
      Entry entry = rest.next();
      try {
        writeTogether(List.of(entry));
      } catch (RuntimeException e) {
        if (mayPass(e)) {
          throw e;
        }
        LOG.errorf(e, "a webhook result cannot be written and is dropped %s", entry);
      }
    }
  }

  private void writeTogether(List<Entry> batch) {
    List<AttemptResult> results = new ArrayList<>();
    List<QueueRelease> releases = new ArrayList<>();
    for (Entry entry : batch) {
      switch (entry) {
        case Entry.OfResult(AttemptResult result) -> results.add(result);
        case Entry.OfRelease(QueueRelease release) -> releases.add(release);
      }
    }
    if (batch.isEmpty()) {
      return;
    }
    database.transact(sql -> write(sql, results, releases));
    if (!releases.isEmpty()) {
      listener.run();
    }
  }

  private void write(Sql sql, List<AttemptResult> results, List<QueueRelease> releases) {
    if (!results.isEmpty()) {
      store.store(sql, results);
    }
    if (!releases.isEmpty()) {
      releases.forEach(release -> disable(sql, release));
      store.release(sql, releases, clock.instant());
    }
  }

  private void disable(Sql sql, QueueRelease release) {
    Endpoint endpoint = release.queue().endpoint();
    release
        .health()
        .disabled()
        .filter(reason -> store.disable(sql, release.queue(), reason))
        .ifPresent(
            reason -> {
              facts.endpointDisabled(sql, endpoint.endpointId(), endpoint.tenantId(), reason);
              LOG.warnf(
                  "webhook endpoint disabled endpoint=%s reason=%s", endpoint.endpointId(), reason);
            });
  }
}
