package io.tenantry.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** Runs an operation many times, in parallel. */
final class Load {

  private Load() {}

  /** An operation to measure. */
  @FunctionalInterface
  interface Operation {
    /**
     * Runs the operation once.
     *
     * @param worker the index of the worker that runs it, from 0
     */
    void run(int worker) throws Exception;
  }

  /**
   * Runs the operation {@code times} times on {@code concurrency} workers, without pauses.
   *
   * @throws Exception the first failure; a load with failures has no valid result
   */
  static Measurement run(int times, int concurrency, Operation operation) throws Exception {
    long[] nanos = new long[times];
    AtomicInteger next = new AtomicInteger();
    long started = System.nanoTime();
    try (ExecutorService workers = Executors.newFixedThreadPool(concurrency)) {
      List<Future<?>> running = new ArrayList<>();
      for (int w = 0; w < concurrency; w++) {
        int worker = w;
        running.add(
            workers.submit(
                () -> {
                  for (int i = next.getAndIncrement(); i < times; i = next.getAndIncrement()) {
                    long start = System.nanoTime();
                    operation.run(worker);
                    nanos[i] = System.nanoTime() - start;
                  }
                  return null;
                }));
      }
      for (Future<?> worker : running) {
        worker.get();
      }
    }
    return new Measurement(
        LongStream.of(nanos).boxed().toList(), Duration.ofNanos(System.nanoTime() - started));
  }
}
