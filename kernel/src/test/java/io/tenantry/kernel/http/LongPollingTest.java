package io.tenantry.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.tenantry.kernel.runtime.BackgroundTasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("T9")
@Timeout(30)
class LongPollingTest {

  private static final int WAITERS = 500;
  private static final Duration LONG = Duration.ofHours(1);

  private final Set<UUID> running = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<UUID[]> queries = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean broken = new AtomicBoolean();
  private final Semaphore queried = new Semaphore(0);
  private final LongPolling polling = new LongPolling(new BackgroundTasks());
  private final LongPolling.Watch watch = polling.watch(this::unfinished);

  private List<UUID> unfinished(UUID[] ids) {
    queries.add(ids);
    queried.release();
    if (broken.get()) {
      throw new IllegalStateException("unavailable");
    }
    return Arrays.stream(ids).filter(running::contains).toList();
  }

  @Test
  void returnsAtOnceWithoutTimeOrOperation() {
    UUID operation = start();

    watch.awaitEnd(operation, Duration.ZERO);
    watch.awaitEnd(UUID.randomUUID(), LONG);
  }

  @Test
  void returnsWhenTimeIsOver() {
    watch.awaitEnd(start(), Duration.ofMillis(1));
  }

  @Test
  void sharesEachQueryAmongAllWaiters() throws Exception {
    List<UUID> operations = new ArrayList<>();
    for (int n = 0; n < WAITERS / 2; n++) {
      operations.add(start());
    }
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> waiting = new ArrayList<>();
      for (int n = 0; n < WAITERS; n++) {
        UUID operation = operations.get(n / 2);
        waiting.add(callers.submit(() -> watch.awaitEnd(operation, LONG)));
      }
      queried.acquire(WAITERS + 3);
      UUID first = operations.getFirst();
      running.remove(first);
      waiting.get(0).get();
      waiting.get(1).get();
      assertThat(waiting).filteredOn(Future::isDone).hasSize(2);
      running.clear();
    }

    // One by each as it comes; from then on one for all, with each id once.
    assertThat(queries).filteredOn(ids -> ids.length > 1).isNotEmpty();
    assertThat(queries).filteredOn(ids -> ids.length == WAITERS / 2).isNotEmpty();
    assertThat(queries.stream().filter(ids -> ids.length > 1).count()).isLessThan(50);
  }

  @Test
  void continuesAfterFailedQueryAndPollsAgainForLaterWaiters() throws Exception {
    for (int round = 0; round < 2; round++) {
      UUID operation = start();
      try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<?> waiting = callers.submit(() -> watch.awaitEnd(operation, LONG));
        awaitQueries(2);
        broken.set(true);
        awaitQueries(2);
        running.remove(operation);
        broken.set(false);
        waiting.get();
      }
    }
  }

  /** Waits for more queries. */
  private void awaitQueries(int more) throws InterruptedException {
    queried.drainPermits();
    queried.acquire(more);
  }

  @Test
  void reportsFailureOfFirstQuery() {
    broken.set(true);

    assertThatThrownBy(() -> watch.awaitEnd(start(), LONG)).hasMessage("unavailable");
  }

  @Test
  void releasesAllWaitersWhenServiceDrains() throws Exception {
    UUID operation = start();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> waiting = callers.submit(() -> watch.awaitEnd(operation, LONG));
      awaitQueries(2);

      polling.drain(new ShutdownDelayInitiatedEvent());

      waiting.get();
    }
    watch.awaitEnd(operation, LONG);
  }

  private UUID start() {
    UUID operation = UUID.randomUUID();
    running.add(operation);
    return operation;
  }
}
